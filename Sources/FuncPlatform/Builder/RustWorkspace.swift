import Foundation
import FuncKit

/// Where a Rust function is compiled: a copy of its files and the crate that joins them with the host, in places that stay
/// the same from build to build.
struct RustWorkspace: Sendable {
    /// Changes with everything that changes what the compiler writes, besides the sources.
    let key: String
    /// The user's files. Unchanged ones keep their time, by which Cargo goes.
    let app: String
    /// The crate that becomes the program.
    let glue: String
    /// Cargo's own.
    let target: String
    private let isForDebugger: Bool

    /// Lays out the files of a build below the function's incremental folder. Blocks.
    /// - Throws: ``FuncError`` with code `build_failed` where the project is no crate, errors of the file system.
    init(below folder: String, context: BuildContext) throws {
        guard FileManager.default.fileExists(atPath: context.app + "/Cargo.toml") else {
            throw FuncError(
                .buildFailed,
                "there is no 'Cargo.toml'; a Rust function is a library crate with 'Cargo.toml' and 'src/lib.rs'"
            )
        }
        key = Self.key(context)
        isForDebugger = context.isForDebugger
        let root = folder + "/" + key.prefix(16)
        (app, glue, target) = (root + "/app", root + "/glue", root + "/target")
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name != String(key.prefix(16)) {
            try FileManager.default.removeItem(atPath: folder + "/" + name)
        }
        try FileManager.default.createDirectory(atPath: glue, withIntermediateDirectories: true)
        try FolderMirror(folder: app).update(from: context.app)
        try adoptLock()
    }

    /// Whether Cargo has built here before.
    var hasBuilt: Bool { FileManager.default.fileExists(atPath: target + "/release") }

    /// Where the versions of all crates are written down.
    var lock: String { glue + "/Cargo.lock" }

    /// Writes the crate whose `main` hands the handler to the host.
    func writeGlue(package: RustPackage, handler: String, host: String) throws {
        let manifest = """
            [package]
            name = "function-program"
            version = "0.0.0"
            edition = "2021"
            publish = false

            [workspace]

            [[bin]]
            name = "function"
            path = "launch.rs"

            [dependencies]
            function = { package = \(Self.quoted(package.name)), path = \(Self.quoted(app)) }
            hks-host = { path = \(Self.quoted(host)) }

            [profile.release]
            opt-level = \(isForDebugger ? 0 : 2)
            debug = \(isForDebugger)
            strip = \(!isForDebugger)
            incremental = true
            """
        let launch = """
            fn main() {
                hks_host::run(
                    function::\(handler),
                    hks_host::Program { handler: \(Self.quoted(handler)), source_folder: \(Self.quoted(app + "/")) },
                )
            }
            """
        let files = FolderMirror(folder: glue)
        try files.write(Data((manifest + "\n").utf8), to: "Cargo.toml")
        try files.write(Data((launch + "\n").utf8), to: "launch.rs")
    }

    /// Copies what was built; the user's configuration may have a target of its own. Blocks.
    func copyProgram(to path: String) throws {
        let files = FileManager.default
        let folders = ["release"] + (try files.contentsOfDirectory(atPath: target)).sorted().map { $0 + "/release" }
        let programs = folders.map { "\(target)/\($0)/function" }.filter { files.fileExists(atPath: $0) }
        guard let program = programs.first else {
            throw FuncError(.buildFailed, "'cargo build' wrote no program")
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        try files.createDirectory(at: folder, withIntermediateDirectories: true)
        try files.copyItem(atPath: program, toPath: path)
    }

    /// Starts from the user's own lock file whenever that has changed; else Cargo keeps what it wrote.
    private func adoptLock() throws {
        guard let own = FileManager.default.contents(atPath: app + "/Cargo.lock") else { return }
        let adopted = glue + "/adopted.lock"
        guard FileManager.default.contents(atPath: adopted) != own else { return }
        try own.write(to: URL(fileURLWithPath: lock))
        try own.write(to: URL(fileURLWithPath: adopted))
    }

    private static func key(_ context: BuildContext) -> String {
        let environment = context.environment
        var inputs = [
            context.isForDebugger ? "rust 1 for a debugger" : "rust 1", context.toolchain.executable,
            context.toolchain.version,
        ]
        inputs += environment.filter { $0.key.hasPrefix("CARGO") || $0.key.hasPrefix("RUST") }
            .map { "\($0.key)=\($0.value)" }.sorted()
        // Compiler flags may stand there, too.
        let home = environment["CARGO_HOME"] ?? (environment["HOME"] ?? "") + "/.cargo"
        for folder in [context.app + "/.cargo", home] {
            for name in ["config", "config.toml"] {
                let data = FileManager.default.contents(atPath: folder + "/" + name) ?? Data()
                inputs.append(Digest.sha256(data))
            }
        }
        return Digest.sha256(Data(inputs.joined(separator: "\0").utf8))
    }

    /// A text as both Rust and TOML write it.
    private static func quoted(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "\"\(escaped)\""
    }
}
