import FuncKit
import NIOCore
import NIOPosix

/// The context of each event loop, to be found from anywhere and to be used on that loop only.
final class GatewayLoops: Sendable {
    private let contexts: [ObjectIdentifier: NIOLoopBound<LoopContext>]

    init(group: MultiThreadedEventLoopGroup, shared: GatewayShared) async throws {
        var contexts: [ObjectIdentifier: NIOLoopBound<LoopContext>] = [:]
        for eventLoop in group.makeIterator() {
            contexts[ObjectIdentifier(eventLoop)] = try await eventLoop.submit {
                NIOLoopBound(LoopContext(on: eventLoop, shared: shared), eventLoop: eventLoop)
            }.get()
        }
        self.contexts = contexts
    }

    /// The context of the loop that this is called on.
    func context(of eventLoop: any EventLoop) throws -> LoopContext {
        guard let context = contexts[ObjectIdentifier(eventLoop)] else {
            throw FuncError(.internalError, "an event loop of another group has no gateway context")
        }
        return context.value
    }

    /// Runs `body` on each loop; does not wait for it.
    func forEach(_ body: @escaping @Sendable (LoopContext) -> Void) {
        for context in contexts.values {
            context.eventLoop.execute { body(context.value) }
        }
    }
}
