import Foundation
import FuncKit
import TestSupport
import Testing

/// Direct calls, which the platform makes for the Python SDK: bare values in and out.
@Suite("Host contract: direct calls", .serialized)
struct HostDirectTests {
    private static let direct = "X-HKS-Direct: 1\r\n"

    @Test(
        arguments: HostLanguage.allCases,
        [#"{"statusCode":201,"body":"kept"}"#, #"{"a":[1,null,"é",{"b":1.5}],"status":1}"#, "null"]
    )
    func `the body is the event, and the result is the answer, whole`(language: HostLanguage, value: String)
        async throws
    {
        try await HostProcess.with(language, probe: "echo") { host in
            let response = try await host.post(value, headers: Self.direct)
            #expect(response.status == 200)
            #expect(response["content-type"] == "application/json")
            let decoder = JSONDecoder()
            let expected = try decoder.decode(JSONValue.self, from: Data(value.utf8))
            #expect(try decoder.decode(JSONValue.self, from: response.body) == expected)
        }
    }

    @Test(arguments: HostLanguage.allCases, ["[]", "7", #""text""#, "true"])
    func `what is no object reaches handlers that can take it`(language: HostLanguage, value: String) async throws {
        try await HostProcess.with(language, probe: "echo") { host in
            let response = try await host.post(value, headers: Self.direct)
            if [.go, .java].contains(language) {
                // Their parameter is a map.
                #expect(response.status == 400)
                #expect(response.text.contains("does not fit the handler"))
            } else {
                #expect(response.status == 200)
                #expect(response.text == value)
            }
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `nothing is null`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "nothing") { host in
            let response = try await host.post("{}", headers: Self.direct)
            #expect(response.text == "null")
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `what is not JSON is refused, in and out`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "echo") { host in
            for body in ["", "{", "a=b"] {
                let response = try await host.post(body, headers: Self.direct)
                #expect(response.status == 400, "\(body)")
            }
        }
        try await HostProcess.with(language, probe: "unsendable") { host in
            let response = try await host.post("{}", headers: Self.direct)
            #expect(response.status == 500)
        }
        try await HostProcess.with(language, probe: "fail") { host in
            let response = try await host.post("{}", headers: Self.direct)
            #expect(response.status == 500)
            #expect(!response.text.contains("secret"))
        }
    }
}
