import Foundation
import FuncKit

/// Builds Rust functions: a program from the host, the user's library crate, and the line that joins them.
///
/// Cargo's own incremental build makes the next build of a function short (a one-line change takes about half a second at
/// any `opt-level`); the crates it depends on come compiled from whichever function had the same ones first.
struct RustRecipe: BuildRecipe {
    let family = "rust"
    let version = 1

    func build(_ context: BuildContext) async throws {
        let handler = context.handler.isEmpty ? RuntimeFamily.rust.entry.defaultHandler : context.handler
        guard handler.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*(::[A-Za-z_][A-Za-z0-9_]*)*/) != nil else {
            throw FuncError(
                .buildFailed,
                "handler '\(handler)' is malformed; write it as 'function' or 'module::function', for example 'handler'"
            )
        }
        let host = try await sharedHost(context)
        try await context.withIncrementalFolder { folder in
            let workspace = try await BlockingWork.run("lay out the crate") { _ in
                try RustWorkspace(below: folder, context: context)
            }
            let cargo = Cargo(context: context, workspace: workspace)
            let package = try await cargo.package()
            try workspace.writeGlue(package: package, handler: handler, host: host)
            let crates = RustCrateCache(context: context, workspace: workspace)
            let isFirst = !workspace.hasBuilt
            if isFirst, await cargo.lock() { try await crates.restore() }
            try await compile(cargo, package: package, handler: handler, context)
            if isFirst { try await crates.store() }
            try await BlockingWork.run("copy the program") { _ in
                try workspace.copyProgram(to: Self.program(in: context.folder))
                let sources = URL(fileURLWithPath: context.folder + "/" + RustDebugger.sourcesFile)
                if context.isForDebugger { try Data(workspace.app.utf8).write(to: sources) }
                // It is part of the program now.
                try FileManager.default.removeItem(atPath: context.host)
            }
        }
    }

    func launch(folder: String, toolchain: ResolvedToolchain) -> BundleLaunch {
        BundleLaunch(command: [Self.program(in: folder)], environment: [:], listensOnUnixSocket: true)
    }

    private static func program(in folder: String) -> String { folder + "/bin/function" }

    /// The host's sources in a place that is the same for all functions, as Cargo tells crates apart by their folders.
    private func sharedHost(_ context: BuildContext) async throws -> String {
        let digest = try await BlockingWork.run("read host") { _ in
            try HostFolder(path: context.host).digest()
        }
        let cache = BuildCache(folder: context.cacheFolder)
        let key = "rust/host-\(digest)"
        if !FileManager.default.fileExists(atPath: cache.folder + "/" + key) {
            try await cache.store(context.host, as: key)
        }
        return cache.folder + "/" + key
    }

    /// Compiles with the crates that are on this machine; asks the registry only for those that are not.
    private func compile(_ cargo: Cargo, package: RustPackage, handler: String, _ context: BuildContext) async throws {
        var outcome = try await cargo.run("build", ["--release", "--offline"])
        let isOurs = RustDiagnostic.first(in: outcome.output) != nil
        if !outcome.exit.isSuccess, !isOurs, !(try await cargo.hasAllCrates()) {
            context.note(.info, "fetching the dependencies of Cargo.toml")
            let fetched = try await cargo.run("fetch", [])
            guard fetched.exit.isSuccess else {
                throw FuncError(.buildFailed, "'cargo fetch' ended with \(fetched.exit)", details: fetched.lastLines)
            }
            outcome = try await cargo.run("build", ["--release", "--offline"])
        }
        guard !outcome.exit.isSuccess else { return }
        throw RustBuildFailure(output: outcome, package: package, handler: handler, app: cargo.workspace.app).error
    }
}
