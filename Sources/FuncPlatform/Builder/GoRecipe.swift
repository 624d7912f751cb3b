import Foundation
import FuncKit

/// Builds Go functions: the user's module, with the host and a main package laid over it, becomes one program.
///
/// An overlay (`go help build`) leaves the user's files alone, and what is laid over them belongs to their module: its
/// `vendor` folder, replacements and internal packages work as they do for the user.
struct GoRecipe: BuildRecipe {
    let family = "go"
    let version = 1

    func build(_ context: BuildContext) async throws {
        let entry = try GoEntry(handler: context.handler, app: context.app)
        let overlay = try Self.layOver(entry, context)
        let arguments = Self.arguments(overlay: overlay, target: context.folder + "/bin/function", context)
        let variables = Self.variables(context)
        // The modules that are needed are mostly there already; asking for newer ones would cost time and the network.
        let offline = variables.merging(["GOPROXY": "off"]) { $1 }
        var outcome = try await context.run(
            "go build",
            context.toolchain.executable,
            arguments,
            in: context.app,
            variables: offline
        )
        if !outcome.exit.isSuccess, outcome.lastLines.contains(where: { $0.contains("GOPROXY=off") }) {
            context.note(.info, "downloading the modules of go.mod")
            outcome = try await context.run(
                "go build",
                context.toolchain.executable,
                arguments,
                in: context.app,
                variables: variables
            )
        }
        guard !outcome.exit.isSuccess else { return }
        let problem = GoProblem(in: outcome.lastLines.joined(separator: "\n"))
        let message = problem.map { entry.explain($0) } ?? "'go build' ended with \(outcome.exit)"
        throw FuncError(.buildFailed, message, details: outcome.lastLines)
    }

    func launch(folder: String, toolchain: ResolvedToolchain) -> BundleLaunch {
        BundleLaunch(command: [folder + "/bin/function"], environment: [:], listensOnUnixSocket: true)
    }

    /// Writes the main package, and the file that tells Go where it and the host are to be seen; returns its path.
    private static func layOver(_ entry: GoEntry, _ context: BuildContext) throws -> String {
        let folder = (context.environment["TMPDIR"] ?? context.folder) + "/overlay"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(entry.program.utf8).write(to: URL(fileURLWithPath: folder + "/main.go"))
        // Relative paths are taken from the working folder, under whatever name Go sees that.
        var files = ["\(GoEntry.hostFolder)/main/main.go": folder + "/main.go"]
        for name in try FileManager.default.contentsOfDirectory(atPath: context.host) where name.hasSuffix(".go") {
            files["\(GoEntry.hostFolder)/\(name)"] = context.host + "/" + name
        }
        let path = folder + "/overlay.json"
        try JSONEncoder().encode(["Replace": files]).write(to: URL(fileURLWithPath: path))
        return path
    }

    private static func arguments(overlay: String, target: String, _ context: BuildContext) -> [String] {
        // A bundle is moved after the build, and the same code must not be compiled again for its folder's name.
        var arguments = ["build", "-trimpath", "-buildvcs=false", "-overlay", overlay, "-o", target]
        // Delve's own advice: https://github.com/go-delve/delve/blob/master/Documentation/usage/dlv_exec.md
        if context.isForDebugger { return arguments + ["-gcflags=all=-N -l", "./\(GoEntry.hostFolder)/main"] }
        // Stack traces need no debugging tables, and without them linking is quicker.
        if context.environment["GOFLAGS"]?.contains("-ldflags") != true { arguments.append("-ldflags=-s -w") }
        return arguments + ["./\(GoEntry.hostFolder)/main"]
    }

    private static func variables(_ context: BuildContext) -> [String: String] {
        let given = context.environment
        var variables = ["GOTOOLCHAIN": "local", "PWD": context.app]
        // The user's own cache, which the unit tests fill, too; a service may have no home to keep one in.
        if ["GOCACHE", "XDG_CACHE_HOME", "HOME"].allSatisfy({ given[$0] == nil }) {
            variables["GOCACHE"] = context.cacheFolder + "/go/build"
        }
        // Likewise for modules.
        if ["GOMODCACHE", "GOPATH", "HOME"].allSatisfy({ given[$0] == nil }) {
            variables["GOPATH"] = context.cacheFolder + "/go/path"
        }
        // A workspace around the data folder has nothing to do with the function.
        if given["GOWORK"] == nil, !FileManager.default.fileExists(atPath: context.app + "/go.work") {
            variables["GOWORK"] = "off"
        }
        // As Go does by itself from 1.20 on.
        let compilers = ["gcc", "clang", given["CC"] ?? "cc"]
        let hasCompiler = compilers.contains { ChildProcessExecutable.find($0, searchPath: given["PATH"]) != nil }
        if given["CGO_ENABLED"] == nil, !hasCompiler { variables["CGO_ENABLED"] = "0" }
        return variables
    }
}
