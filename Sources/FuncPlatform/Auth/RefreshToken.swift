import Foundation

/// `selector.verifier`: the first half finds the token, the second half, of which only a digest is stored, proves that
/// it is the one. Used once.
struct RefreshToken: Hashable, Sendable {
    var selector: String
    var verifier: String

    /// A new one.
    static func make() -> RefreshToken {
        RefreshToken(selector: SecretText.make(bytes: 16), verifier: SecretText.make())
    }

    private init(selector: String, verifier: String) {
        self.selector = selector
        self.verifier = verifier
    }

    /// Reads what a client sends; nil where it cannot be one.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 256, parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        self.init(selector: String(parts[0]), verifier: String(parts[1]))
    }

    /// What the client gets.
    var text: String { selector + "." + verifier }
}
