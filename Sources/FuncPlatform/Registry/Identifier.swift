/// Makes the opaque identifiers of the Function API: a prefix that says what it is, and 80 random bits.
enum Identifier {
    private static let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789")

    /// A new identifier such as `func-k2f9xq…`.
    static func make(_ prefix: String) -> String {
        let letters = (0..<16).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] }
        return "\(prefix)-\(String(letters))"
    }
}
