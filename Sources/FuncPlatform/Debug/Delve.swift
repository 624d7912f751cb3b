import Foundation
import FuncKit

/// A headless Delve, by its own protocol: JSON-RPC 1.0 over TCP, a message a line.
/// https://github.com/go-delve/delve/blob/master/Documentation/api/README.md
struct Delve: Sendable {
    private struct Listing: Decodable {
        struct Result: Decodable {
            var breakpoints: [Breakpoint]

            enum CodingKeys: String, CodingKey { case breakpoints = "Breakpoints" }
        }

        struct Breakpoint: Decodable {
            var id: Int
        }

        var id: Int
        var result: Result
    }

    /// Numbers of requests, which are nothing else's in an answer.
    private static let firstRequest = 9_100_000_000

    private let client: RawHTTP

    /// The one that listens on this port of the loopback address.
    init(port: Int) {
        client = RawHTTP(.tcp(port: UInt16(clamping: port)), deadline: .seconds(10))
    }

    /// Removes all breakpoints and lets the program go on: Delve keeps both for whoever connects next.
    /// - Throws: ``RawHTTP/Failure`` where it does not answer.
    func letGo() async throws {
        let halt = request(0, "Command", #"{"name":"halt"}"#)
        let list = request(1, "ListBreakpoints", #"{"All":false}"#)
        let said = try await client.run(halt + list + [.closeWriting, .awaitEnd])
        let lines = said.bytes.split(separator: UInt8(ascii: "\n"))
        let listing = lines.lazy.compactMap { try? JSONDecoder().decode(Listing.self, from: $0) }.first
        // Those of Delve itself, for panics, have numbers below zero.
        let known = (listing?.result.breakpoints ?? []).map(\.id).filter { $0 > 0 }
        let removals = known.enumerated().flatMap { request($0.offset, "ClearBreakpoint", #"{"Id":\#($0.element)}"#) }
        // The answer comes when the program stops the next time.
        let goOn = request(known.count, "Command", #"{"name":"continue"}"#).prefix(1)
        _ = try await client.run(removals + goOn)
    }

    /// A call, and the wait for its answer.
    private func request(_ number: Int, _ method: String, _ argument: String) -> [RawHTTP.Step] {
        let id = Self.firstRequest + number
        let call = #"{"method":"RPCServer.\#(method)","params":[\#(argument)],"id":\#(id)}"#
        return [.send(call + "\n"), .awaitText("\"id\":\(id),")]
    }
}
