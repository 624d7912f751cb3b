import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncKit

@Suite struct HTTPRedirectTests {
    @Test(arguments: [301, 307, 308])
    func `a redirect to the same server keeps method, body and credentials`(status: Int) async throws {
        try await withServer { exchange in
            if exchange.request.path == "/a" {
                try exchange.respond(status, "<html>moved</html>", headers: ["location": "/a/?q=1"])
            } else {
                try exchange.respond(200, "there")
            }
        } _: { server in
            var request = HTTPRequest("POST", server.url + "/a?q=1", body: .data(Data("body".utf8)))
            request.headers["authorization"] = "Bearer t"
            request.redirects = .sameOrigin
            let response = try await makeClient().send(request)
            #expect(String(decoding: response.body, as: UTF8.self) == "there")
            #expect(server.requests.map(\.method) == ["POST", "POST"])
            #expect(server.requests.map(\.target) == ["/a?q=1", "/a/?q=1"])
            #expect(server.requests.map(\.text) == ["body", "body"])
            #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer t", "Bearer t"])
        }
    }

    @Test func `by default a redirect is handed to the caller`() async throws {
        try await withServer {
            try $0.respond(307, headers: ["location": "/b"])
        } _: { server in
            let status = try await makeClient().send(HTTPRequest("GET", server.url + "/a")).status
            #expect(status == 307)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `another server never sees the request`() async throws {
        try await withServer {
            try $0.respond(200)
        } _: { other in
            let target = other.url
            try await withServer {
                try $0.respond(307, headers: ["location": target + "/b"])
            } _: { server in
                var request = HTTPRequest("GET", server.url + "/a", headers: ["authorization": "Bearer t"])
                request.redirects = .sameOrigin
                let prepared = request
                let error = await #expect(throws: FuncError.self) { try await makeClient().send(prepared) }
                #expect(error?.code == .protocolError)
                #expect(error?.message == "'\(server.url)/a' redirects to another server, which is not followed")
                #expect(error?.hint == "if '\(target)' is the server that you mean, name it as the endpoint")
                #expect(other.connectionCount == 0)
            }
        }
    }

    @Test func `a redirect without end is given up`() async throws {
        try await withServer {
            try $0.respond(301, headers: ["location": "/a"])
        } _: { server in
            var request = HTTPRequest("GET", server.url + "/a")
            request.redirects = .sameOrigin
            let prepared = request
            let error = await #expect(throws: FuncError.self) { try await makeClient().send(prepared) }
            #expect(error?.message == "'\(server.url)/a' redirects without end")
            #expect(server.requests.count == 6)
        }
    }
}
