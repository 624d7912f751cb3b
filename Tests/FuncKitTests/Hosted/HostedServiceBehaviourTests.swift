import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncKit

/// The stand-in has the faults of the real service, or the tests against it would prove nothing.
@Suite struct HostedServiceBehaviourTests {
    private let base = "/api/v1/workspaces/ws-1"

    private func send(
        _ fixture: HostedFixture,
        _ method: String,
        _ path: String,
        _ body: String? = nil,
        token: String? = HostedService.token
    ) async throws -> (status: Int, body: String, headers: HTTPHeaders) {
        var request = HTTPRequest(method, fixture.service.url + path)
        if let body { request.body = .data(Data(body.utf8)) }
        if let token { request.headers["authorization"] = "Bearer \(token)" }
        request.retries = false
        let response = try await makeClient().send(request)
        return (response.status, String(decoding: response.body, as: UTF8.self), response.headers)
    }

    @Test func `slashes are asked for before credentials, and unknown routes are told with their path`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            let get = try await send(fixture, "GET", base + "/functions?project_id=prj-1", token: nil)
            #expect(get.status == 301)
            #expect(get.headers["location"] == base + "/functions/?project_id=prj-1")
            #expect(try await send(fixture, "POST", base + "/functions", "{}", token: nil).status == 307)
            #expect(try await send(fixture, "GET", base + "/functions/", token: nil).status == 401)
            for (method, path) in [
                ("GET", "/functions/sources/x"), ("PATCH", "/functions/f"), ("GET", "/functions/f/traffic"),
                ("GET", "/functions/f/"), ("GET", "/functions/f/versions/v/build-logs"), ("GET", "/secrets/"),
            ] {
                let answer = try await send(fixture, method, base + path)
                #expect(answer.status == 404)
                #expect(answer.body.contains("endpoint not found"), "\(path)")
            }
        }
    }

    @Test func `redirects are followed with body and credentials`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            var request = HTTPRequest("POST", fixture.service.url + base + "/functions?project_id=prj-1")
            request.body = .data(Data(#"{"name":"f","resources":{}}"#.utf8))
            request.headers["authorization"] = "Bearer \(HostedService.token)"
            request.redirects = .sameOrigin
            #expect(try await makeClient().send(request).status == 201)
            #expect(fixture.service.state.functions["f"] != nil)
        }
    }

    @Test func `bodies are taken and refused as observed`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            let functions = base + "/functions/"
            func post(_ path: String, _ body: String) async throws -> String {
                let answer = try await send(fixture, "POST", path, body)
                return "\(answer.status) \(answer.status < 400 ? "" : answer.body)"
            }
            #expect(try await post(functions, "{}") == #"400 {"error":"project_id is required"}"#)
            let create = functions + "?project_id=prj-1"
            let invalid = #"400 {"error":"Invalid request body"}"#
            #expect(try await post(create, "") == invalid)
            #expect(try await post(create, #"{"name":"f"}"#) == "500 ")
            #expect(try await post(create, #"{"name":"f","resources":{}}"#) == "201 ")
            let failed = #"500 {"error":"Failed to create function"}"#
            #expect(try await post(create, #"{"name":"f","resources":{}}"#) == failed)
            let versions = functions + "f/versions"
            #expect(try await post(versions, #"{"version":"1"}"#) == invalid)
            #expect(try await post(versions, "{}") == "201 ")
            #expect(try await post(versions, #"{"version":2}"#) == #"500 {"error":"Failed to deploy version"}"#)
            #expect(try await post(functions + "f/triggers", #"{"type":"http","config":{"a":["b"]}}"#) == invalid)
            #expect(try await post(functions + "f/invoke", "") == invalid)
            #expect(try await post(functions + "f/invoke", #"{"body":"no base64!"}"#) == invalid)
            #expect(try await post(functions + "f/invoke", #"{"headers":{"a":"b"}}"#) == invalid)
            #expect(try await send(fixture, "DELETE", functions + "nope").status == 500)
            #expect(try await send(fixture, "GET", functions + "nope/versions").body == #"{"versions":null}"#)
        }
    }

    @Test func `its own rollback goes to a newer version`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            for code in ["one", "two", "three"] { try await fixture.deploy(code: code) }
            fixture.service.change { tables in
                for index in tables.versions.indices { tables.versions[index].isActive = index == 1 }
            }
            #expect(try await send(fixture, "POST", base + "/functions/hello/rollback").status == 200)
            #expect(fixture.service.state.active("hello")?.number == 3)
        }
    }

    @Test func `sessions end at refresh, and there are three at most`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            var tokens: [String: String] = [:]
            for attempt in 1...4 {
                let login = try await send(fixture, "POST", "/auth/login/google", "{}", token: nil)
                let state = try JSONDecoder().decode([String: String].self, from: Data(login.body.utf8))["state"] ?? ""
                let path = "/auth/callback/google?code=ada&state=\(state)"
                let answer = try await send(fixture, "GET", path, token: nil)
                #expect(answer.status == (attempt < 4 ? 200 : 429))
                if attempt == 1 { tokens = try texts(answer.body) }
            }
            let access = try #require(tokens["access_token"])
            #expect(try await send(fixture, "GET", "/auth/me", token: access).status == 200)
            let refresh = #"{"refresh_token":"\#(try #require(tokens["refresh_token"]))"}"#
            let renewed = try await send(fixture, "POST", "/auth/refresh", refresh, token: nil)
            #expect(renewed.status == 200)
            #expect(try await send(fixture, "POST", "/auth/refresh", refresh, token: nil).status == 401)
            #expect(try await send(fixture, "GET", "/auth/me", token: access).status == 401)
            let next = try #require(try texts(renewed.body)["access_token"])
            #expect(try await send(fixture, "GET", "/auth/me", token: next).status == 200)
            fixture.service.change { $0.now = { Date().addingTimeInterval(3601) } }
            #expect(try await send(fixture, "GET", "/auth/me", token: next).status == 401)
        }
    }

    private func texts(_ body: String) throws -> [String: String] {
        try JSONDecoder().decode([String: JSONValue].self, from: Data(body.utf8)).compactMapValues { value in
            if case .string(let text) = value { text } else { nil }
        }
    }
}
