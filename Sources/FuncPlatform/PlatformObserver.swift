import FuncKit

/// What a platform tells whoever runs it in this process and works with its parts. All must return at once.
struct PlatformObserver: Sendable {
    /// It is about to serve; called once, before the first request can come.
    var onParts: @Sendable (PlatformParts) -> Void = { _ in }
    /// A request came to its end; called on its event loop.
    var onRequest: @Sendable (RequestRecord) -> Void = { _ in }
}
