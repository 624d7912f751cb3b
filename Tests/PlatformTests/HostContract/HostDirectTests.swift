import Foundation
import FuncKit
import TestSupport
import Testing

/// Direct calls, which the platform makes for the Python SDK: bare values in and out.
@Suite("Host contract: direct calls", .serialized)
struct HostDirectTests {
    /// The languages whose hosts know them; to others such a call is a plain request.
    static let languages = HostLanguage.allCases.filter { [.python, .nodejs].contains($0) }
    private static let direct = "X-HKS-Direct: 1\r\n"

    @Test(
        arguments: languages,
        [
            #"{"statusCode":201,"body":"kept"}"#, #"{"a":[1,null,"é"]}"#, "[]", "7", #""text""#, "true", "null",
        ]
    )
    func `the body is the event, and the result is the answer, whole`(language: HostLanguage, value: String)
        async throws
    {
        try await HostProcess.with(language, probe: "echo") { host in
            let response = try await host.post(value, headers: Self.direct)
            #expect(response.status == 200)
            #expect(response["content-type"] == "application/json")
            #expect(response.text == value)
        }
    }

    @Test(arguments: languages)
    func `nothing is null`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "nothing") { host in
            let response = try await host.post("{}", headers: Self.direct)
            #expect(response.text == "null")
        }
    }

    @Test(arguments: languages)
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
