import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct DebugRelayTests {
    /// A server that answers every request with one text, and ends with the test.
    private func server(_ text: String) throws -> ScriptedServer {
        try ScriptedServer { try $0.respond(200, text) }
    }

    private func free() throws -> Int { Int(try ListeningSocket.freePort()) }

    private func answer(_ relay: DebugRelay) async throws -> String {
        let client = RawHTTP(.tcp(port: UInt16(relay.port)))
        return try await client.run([.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), .awaitResponses(1)]).text
    }

    private func isRefused(_ relay: DebugRelay) async throws -> Bool {
        let transcript = try await RawHTTP(.tcp(port: UInt16(relay.port))).run([.awaitEnd])
        return transcript.isEnded && transcript.bytes.isEmpty
    }

    @Test func `connections go to whichever port is the right one when they are made`() async throws {
        let (one, two) = (try server("one"), try server("two"))
        defer {
            one.stop()
            two.stop()
        }
        let relay = try await DebugRelay.listen(from: free(), tries: 10)
        #expect(try await isRefused(relay), "nobody to talk to yet")
        relay.pass(to: one.port)
        #expect(try await answer(relay).hasSuffix("one"))
        relay.pass(to: two.port)
        #expect(try await answer(relay).hasSuffix("two"))
        relay.forget(one.port)
        #expect(try await answer(relay).hasSuffix("two"), "what is gone was another one")
        relay.forget(two.port)
        #expect(try await isRefused(relay))
        await relay.close()
        // A child that another test starts at this moment has a copy of the descriptor until it runs.
        try await eventually("the port is free again") { LoopbackPort.listenError(relay.port) == nil }
    }

    @Test func `it is told when the last connection to a port is closed`() async throws {
        let one = try server("one")
        defer { one.stop() }
        let left = MutexBox<[Int]>([])
        let relay = try await DebugRelay.listen(from: free(), tries: 10) { port in left.mutate { $0.append(port) } }
        relay.pass(to: one.port)
        let client = RawHTTP(.tcp(port: UInt16(relay.port)))
        _ = try await client.run([.meanwhile([.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), .awaitResponses(1)])])
        try await eventually("the end is told") { left.current.contains(one.port) }
        await relay.close()
    }

    @Test func `a port in use is passed by, and where none is free the range is named`() async throws {
        let taken = try ListeningSocket()
        let first = Int(taken.port)
        let relay = try await DebugRelay.listen(from: first, tries: 100)
        #expect(relay.port > first)
        await relay.close()
        let error = await #expect(throws: FuncError.self) { try await DebugRelay.listen(from: first, tries: 1) }
        #expect(error?.code == .portInUse)
        #expect(error?.message.contains("\(first)-\(first)") == true)
    }
}
