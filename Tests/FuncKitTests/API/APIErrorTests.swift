import Foundation
import FuncKit
import Testing

@testable import FuncKit

@Suite struct APIErrorTests {
    private func error(_ status: Int, _ body: String, type: String = "application/json") -> FuncError {
        let head = HTTPResponseHead(status: status, headers: ["content-type": type])
        let response = HTTPResponse(head: head, body: Data(body.utf8), requestID: "r1", attempts: 1)
        return FuncError(response, attempt: "do it", missing: .versionNotFound)
    }

    @Test(arguments: [
        (400, "invalid_argument"), (401, "unauthenticated"), (403, "forbidden"), (404, "version_not_found"),
        (405, "unsupported"), (408, "timed_out"), (409, "conflict"), (413, "source_too_large"),
        (422, "invalid_argument"), (429, "rate_limited"), (500, "server_error"), (502, "unreachable"),
        (503, "overloaded"), (504, "timed_out"), (507, "no_space"), (302, "protocol_error"),
    ])
    func `an empty body is classified by its status`(status: Int, code: String) {
        let error = error(status, "")
        #expect(error.code.rawValue == code)
        #expect(error.message.hasPrefix("could not do it: "))
        #expect(error.cause == "HTTP status \(status)")
        #expect(error.requestID == "r1")
    }

    @Test(arguments: [
        #"{"error":"it broke"}"#,
        #"{"message":"it broke"}"#,
        #"{"error":"it broke","message":"other","details":{}}"#,
        #"{"error":{"code":"SYSTEM_X","message":"it broke","details":null}}"#,
        "it broke",
        "  it broke\n",
    ])
    func `the text is found in every shape`(body: String) {
        #expect(error(500, body).summary == "server_error: could not do it: it broke")
    }

    @Test(arguments: [
        (#"{"error":"x","code":"version_conflict"}"#, "version_conflict"),
        (#"{"error":"x","code":"some_new_code"}"#, "some_new_code"),
        (#"{"error":"x","code":"FUNCTION_NOT_FOUND"}"#, "function_not_found"),
        (#"{"error":"x","code":"INVALID_RUNTIME"}"#, "runtime_unknown"),
        (#"{"error":{"code":"QUOTA_EXCEEDED","message":"x"}}"#, "rate_limited"),
        (#"{"error":{"code":"AUTH_SOMETHING","message":"x"}}"#, "conflict"),
        (#"{"error":"x","code":""}"#, "conflict"),
        (#"{"error":"x","code":7}"#, "conflict"),
    ])
    func `a code that says more than the status wins`(body: String, code: String) {
        #expect(error(409, body).code.rawValue == code)
    }

    @Test func `hint, lines and request id of the server are kept`() {
        let body = #"{"error":"x","code":"build_failed","details":{"hint":"fix it","lines":["a","b"]}}"#
        let kept = error(422, body)
        #expect(kept.hint == "fix it")
        #expect(kept.details == ["a", "b"])
        #expect(error(503, #"{"error":"x","details":"disk"}"#).details == ["disk"])
        #expect(error(500, #"{"error":{"message":"x","request_id":"r2"}}"#).requestID == "r2")
        #expect(error(500, #"{"error":{"message":"x"},"meta":{"request_id":"r3"}}"#).requestID == "r3")
    }

    @Test func `a web page is not shown`() {
        let page = "<html><body>Bad gateway</body></html>"
        #expect(error(502, page, type: "text/html").message.contains("<") == false)
        #expect(error(502, page, type: "text/plain").message.contains("<") == false)
    }

    @Test func `a route the server does not have is told apart from a thing it does not have`() {
        #expect(error(404, #"{"error":"endpoint not found","path":"/x"}"#).code == .unsupported)
        #expect(error(404, #"{"error":"Version not found"}"#).code == .versionNotFound)
    }
}
