/// What the manifest has to know about runtimes, handed in so that the catalogue stays in one place.
struct RuntimeNames: Sendable {
    /// Whether a text names a runtime.
    var isKnown: @Sendable (String) -> Bool
    /// Names to suggest and to show.
    var names: [String]
    /// The handler of a runtime where the manifest names none; nil where there is no usual one.
    var defaultHandler: @Sendable (String) -> String?
}
