import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

struct InvocationServiceTests {
    private let fixture: ControlFixture
    private let hello = ControlFixture.hello

    init() async throws {
        fixture = try ControlFixture()
        try await fixture.createHello()
    }

    private func finished(_ id: String) async throws -> Invocation {
        try await eventually("call \(id) has ended") {
            let call = try await fixture.invocationStore.invocation(id, workspace: "default")
            return call.completedAt == nil ? nil : call
        }
    }

    @Test func `a call is answered and recorded`() async throws {
        let response = try await fixture.invocations.invoke(InvokeRequest(path: "/x"), of: hello)
        #expect(String(decoding: response.body, as: UTF8.self) == "/x v-")
        let call = try await finished(response.invocationID)
        #expect(call.status == .completed)
        #expect(call.result?.body == response.body)
    }

    @Test func `a version is called whether it has traffic or not`() async throws {
        try await fixture.deploy(try await fixture.request("v2"))
        let response = try await fixture.invocations.invoke(InvokeRequest(path: "/", version: "v1"), of: hello)
        #expect(String(decoding: response.body, as: UTF8.self) == "/ v1")
        let error = await #expect(throws: FuncError.self) {
            _ = try await fixture.invocations.invoke(InvokeRequest(version: "v9"), of: hello)
        }
        #expect(error?.code == .versionNotFound)
    }

    @Test func `a later call gives its result`() async throws {
        let id = try await fixture.invocations.invokeLater(InvokeRequest(path: "/later"), of: hello)
        let call = try await finished(id)
        #expect(call.status == .completed)
        #expect(call.result.map { String(decoding: $0.body, as: UTF8.self) } == "/later v-")
    }

    @Test func `failures are recorded as what they are`() async throws {
        fixture.invoker.answer(with: .success(InvokeResponse(statusCode: 500)))
        let failed = try await finished(try await fixture.invocations.invokeLater(InvokeRequest(), of: hello))
        #expect(failed.status == .failed)
        #expect(failed.result?.statusCode == 500)
        fixture.invoker.answer(with: .failure(FuncError(.timedOut, "no answer within 1 s")))
        let late = try await finished(try await fixture.invocations.invokeLater(InvokeRequest(), of: hello))
        #expect(late.status == .timeout)
        #expect(late.error == "no answer within 1 s")
    }

    @Test(arguments: [(200, InvocationStatus.completed), (404, .failed), (302, .failed), (500, .failed)])
    func `an answer with a status of its own is no result of a direct call`(status: Int, outcome: InvocationStatus)
        async throws
    {
        fixture.invoker.answer(with: .success(InvokeResponse(statusCode: status, body: Data("{}".utf8))))
        let request = InvokeRequest(method: "POST", body: Data("{}".utf8), isDirect: true)
        let call = try await finished(try await fixture.invocations.invokeLater(request, of: hello))
        #expect(call.status == outcome)
        #expect((call.error == nil) == (outcome == .completed))
    }

    @Test func `long bodies are cut in the record, old records go`() async throws {
        let body = Data(repeating: 7, count: 1000)
        fixture.invoker.answer(with: .success(InvokeResponse(statusCode: 200, body: body)))
        let response = try await fixture.invocations.invoke(InvokeRequest(), of: hello)
        #expect(response.body == body)
        let call = try await finished(response.invocationID)
        #expect(call.result?.body.count == 100)
        #expect(call.result?.headers["x-hks-body-truncated"] == ["1000"])
        for _ in 0..<8 { _ = try await fixture.invocations.invoke(InvokeRequest(), of: hello) }
        let kept = try await fixture.invocationStore.invocations(of: hello, limit: 50)
        #expect(kept.count == 5)
        #expect(!kept.contains { $0.id == response.invocationID })
    }

    @Test(arguments: [
        InvokeRequest(path: "x"), InvokeRequest(path: "/a b"), InvokeRequest(method: "GE T"),
        InvokeRequest(headers: ["a": ["x\r\ny: z"]]), InvokeRequest(headers: ["a b": ["x"]]),
    ])
    func `malformed calls are refused`(request: InvokeRequest) async {
        let error = await #expect(throws: FuncError.self) {
            _ = try await fixture.invocations.invoke(request, of: hello)
        }
        #expect(error?.code == .invalidArgument)
    }

    @Test func `after a crash waiting calls are sent and running ones have failed`() async throws {
        let function = try await fixture.store.function(hello)
        try await fixture.invocationStore.begin("inv-run", functionID: function.id)
        try await fixture.invocationStore.begin("inv-wait", functionID: function.id, pending: InvokeRequest(path: "/w"))
        try await fixture.stop()
        let after = try ControlFixture(folder: fixture.folder)
        try await after.invocations.resume()
        let waited: Invocation = try await eventually("the waiting call is sent") {
            let call = try await after.invocationStore.invocation("inv-wait", workspace: "default")
            return call.completedAt == nil ? nil : call
        }
        #expect(waited.status == .completed)
        let running = try await after.invocationStore.invocation("inv-run", workspace: "default")
        #expect(running.status == .failed)
        try await after.stop()
    }
}
