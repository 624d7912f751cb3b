import Foundation
import FuncKit

/// Hands out loopback ports for instances.
///
/// They lie below the range from which the system picks ports for outgoing connections, so that no connection can take one
/// between the look and the instance's `bind`.
struct PortAllocator {
    private static let range = 20_000..<32_768
    private var taken: Set<Int> = []

    /// A port on which nothing listens and that no other instance was given.
    mutating func take() throws -> Int {
        let first = Int.random(in: Self.range)
        for step in 0..<Self.range.count {
            let port = Self.range.lowerBound + (first - Self.range.lowerBound + step) % Self.range.count
            if !taken.contains(port), LoopbackPort.listenError(port) == nil {
                taken.insert(port)
                return port
            }
        }
        throw FuncError(.overloaded, "no loopback port is free for another instance")
    }

    /// Takes a port back.
    mutating func release(_ port: Int) {
        taken.remove(port)
    }
}
