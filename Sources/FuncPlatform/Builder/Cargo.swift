import Foundation
import FuncKit

/// Runs Cargo for one function.
struct Cargo: Sendable {
    let context: BuildContext
    let workspace: RustWorkspace

    /// What the user's `Cargo.toml` says.
    /// - Throws: ``FuncError`` with code `build_failed`.
    func package() async throws -> RustPackage {
        let file = workspace.glue + "/metadata.json"
        let arguments = [
            "metadata", "--no-deps", "--format-version", "1", "--offline", "--manifest-path", "Cargo.toml",
        ]
        // Into a file: it is of no use in the build log.
        let script = "exec \"$0\" \"$@\" >\"$METADATA\""
        let outcome = try await execute(script, arguments, variables: ["METADATA": file])
        guard outcome.exit.isSuccess else {
            throw FuncError(.buildFailed, "'Cargo.toml' cannot be read", details: outcome.lastLines)
        }
        let metadata = try JSONDecoder().decode(
            RustPackage.Metadata.self,
            from: try Data(contentsOf: URL(fileURLWithPath: file))
        )
        return try metadata.function(in: workspace.app)
    }

    /// Writes down the versions of all crates, if those that are on this machine do.
    func lock() async -> Bool {
        // In silence: what lacks is fetched, and only then are errors the user's.
        let script = "exec \"$0\" \"$@\" >/dev/null 2>&1"
        let outcome = try? await execute(script, glued("update", ["--workspace", "--offline"]))
        return outcome?.exit.isSuccess == true
    }

    /// Whether all crates are on this machine.
    func hasAllCrates() async throws -> Bool {
        let script = "exec \"$0\" \"$@\" >/dev/null 2>&1"
        return try await execute(script, glued("fetch", ["--offline"])).exit.isSuccess
    }

    /// Runs a command on the program; all that it writes is in the outcome's output.
    func run(_ command: String, _ arguments: [String]) async throws -> ProcessOutcome {
        try await execute("exec \"$0\" \"$@\" 2>&1", glued(command, arguments))
    }

    private func glued(_ command: String, _ arguments: [String]) -> [String] {
        [command, "--manifest-path", workspace.glue + "/Cargo.toml"] + arguments
    }

    private func execute(
        _ script: String,
        _ arguments: [String],
        variables: [String: String] = [:]
    ) async throws -> ProcessOutcome {
        let fixed = ["CARGO_TARGET_DIR": workspace.target, "CARGO_TERM_COLOR": "never"]
        return try await context.run(
            "cargo \(arguments[0])",
            "/bin/sh",
            ["-c", script, context.toolchain.executable] + arguments,
            // In the user's folder, whose '.cargo/config.toml' and 'rust-toolchain.toml' count.
            in: workspace.app,
            variables: fixed.merging(variables) { $1 }
        )
    }
}

/// The user's crate.
struct RustPackage: Sendable, Hashable {
    /// Its name in `Cargo.toml`.
    var name: String
    /// The library's main file, relative to the project, such as `src/lib.rs`.
    var file: String

    /// What `cargo metadata` prints, as far as it matters.
    struct Metadata: Decodable {
        struct Package: Decodable {
            var name: String
            var manifestPath: String
            var targets: [Target]

            enum CodingKeys: String, CodingKey {
                case name
                case manifestPath = "manifest_path"
                case targets
            }
        }

        struct Target: Decodable {
            var crateTypes: [String]
            var path: String

            enum CodingKeys: String, CodingKey {
                case crateTypes = "crate_types"
                case path = "src_path"
            }
        }

        var packages: [Package]

        /// The crate that is the function.
        /// - Throws: ``FuncError`` with code `build_failed` where there is no library.
        func function(in app: String) throws -> RustPackage {
            // Links above the folder may be resolved in one of the paths only.
            let manifest = URL(fileURLWithPath: app + "/Cargo.toml").resolvingSymlinksInPath().path
            let package = packages.first {
                URL(fileURLWithPath: $0.manifestPath).resolvingSymlinksInPath().path == manifest
            }
            guard let package else {
                throw FuncError(.buildFailed, "'Cargo.toml' has no [package]; a Rust function is a library crate")
            }
            let library = package.targets.first { !Set(["lib", "rlib"]).isDisjoint(with: $0.crateTypes) }
            guard let library else {
                throw FuncError(
                    .buildFailed,
                    "crate '\(package.name)' has no library; a Rust function is a library crate with 'src/lib.rs'"
                )
            }
            let folder = URL(fileURLWithPath: package.manifestPath).deletingLastPathComponent().path + "/"
            let file = library.path.hasPrefix(folder) ? String(library.path.dropFirst(folder.count)) : library.path
            return RustPackage(name: package.name, file: file)
        }
    }
}
