import FuncKit

/// What a platform tells whoever runs it in this process and works with its parts. All must return at once.
struct PlatformObserver: Sendable {
    /// It serves; called once.
    var onReady: @Sendable (PlatformParts, LocalPlatformDescriptor) -> Void = { _, _ in }
    /// A request came to its end; called on its event loop.
    var onRequest: @Sendable (RequestRecord) -> Void = { _ in }
}
