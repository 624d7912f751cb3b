import Foundation

/// Crates for Rust functions without a network: those that Debian's `librust-…-dev` packages install.
public enum OfflineCrates {
    private static let registry = "/usr/share/cargo/registry"

    /// Variables that make Cargo use them whatever `HOME` is. Without the packages Cargo works as its user set it up.
    public static let environment: [String: String] = {
        var environment: [String: String] = [:]
        let own = ProcessInfo.processInfo.environment
        // rustup's `cargo` looks for its toolchains at home, which tests replace.
        let toolchains = own["RUSTUP_HOME"] ?? (own["HOME"] ?? "") + "/.rustup"
        if FileManager.default.fileExists(atPath: toolchains) {
            environment["RUSTUP_HOME"] = toolchains
        }
        if FileManager.default.fileExists(atPath: registry), let home = try? makeHome() {
            environment["CARGO_HOME"] = home
        }
        return environment
    }()

    /// The same folder every time, as it holds next to nothing and Cargo locks it by itself.
    private static func makeHome() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hks-cargo-\(getuid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let configuration = """
            [source.crates-io]
            replace-with = "debian"

            [source.debian]
            directory = "\(registry)"

            """
        let file = folder.appendingPathComponent("config.toml")
        try Data(configuration.utf8).write(to: file, options: .atomic)
        return folder.path
    }
}
