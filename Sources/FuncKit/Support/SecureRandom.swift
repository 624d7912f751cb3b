/// Random bytes that nobody can guess: from the system's generator, which is one for secrets.
package enum SecureRandom {
    /// Draws so many bytes.
    package static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
