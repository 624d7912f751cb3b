/// What this build calls itself.
enum Version {
    /// Semantic version of the program.
    static let current = "0.1.0"
    /// Date of the release, which the man pages carry.
    static let date = "2026-11-23"
}

extension Version {
    /// Operating system and processor that this build is for.
    static var platform: String {
        #if os(Linux)
        let system = "linux"
        #else
        let system = "darwin"
        #endif
        #if arch(arm64)
        return system + "/arm64"
        #else
        return system + "/amd64"
        #endif
    }
}
