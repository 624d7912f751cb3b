import Foundation
import FuncKit

/// Builds Node.js functions: production dependencies, and a syntax check of the entry file, before or after its start.
struct NodeRecipe: BuildRecipe {
    let family = "nodejs"
    let version = 1

    func build(_ context: BuildContext) async throws {
        try await installDependencies(context)
        if context.checksSources { try await checkEntry(context) }
    }

    func explainFailedStart(_ context: BuildContext) async throws {
        if !context.checksSources { try await checkEntry(context) }
    }

    func launch(folder: String, toolchain: ResolvedToolchain) -> BundleLaunch {
        BundleLaunch(
            command: [toolchain.executable, folder + "/host/main.mjs"],
            environment: [:],
            listensOnUnixSocket: true
        )
    }

    private func installDependencies(_ context: BuildContext) async throws {
        guard let package = try NodePackage(app: context.app), package.hasDependencies else { return }
        let cache = BuildCache(folder: context.cacheFolder)
        let (toolchain, modules) = (context.toolchain, context.app + "/node_modules")
        let identity = [toolchain.executable, toolchain.version] + package.identity
        let key = "nodejs/" + Digest.sha256(Data(identity.joined(separator: "\0").utf8))
        if package.isSelfContained, try await cache.restore(key, to: modules) {
            context.note(.info, "dependencies of package.json are taken from the cache")
            return
        }
        context.note(.info, "installing the dependencies of package.json")
        guard let npm = npm(context) else {
            throw FuncError(
                .toolchainMissing,
                "npm is not installed, and package.json has dependencies",
                hint: RuntimeFamily.nodejs.entry.install.map { "install it: \($0.here)" }
            )
        }
        // What is in npm's own cache is good enough where a lock file names every archive by its digest.
        let command = package.isLocked ? ["ci", "--prefer-offline"] : ["install"]
        try await context.runToSuccess(
            "npm \(command[0])",
            npm,
            command + ["--omit=dev", "--no-audit", "--no-fund"],
            in: context.app,
            variables: Self.npmVariables
        )
        // Optional dependencies may all be for other systems.
        guard package.isSelfContained, FileManager.default.fileExists(atPath: modules) else { return }
        try await cache.store(modules, as: key)
    }

    /// npm before version 7 goes by `NODE_ENV`. Without a network, npm's own pauses between tries add up to 70 seconds.
    private static let npmVariables = [
        "NODE_ENV": "production", "npm_config_fetch_retry_mintimeout": "1000",
        "npm_config_fetch_retry_maxtimeout": "5000",
    ]

    private func npm(_ context: BuildContext) -> String? {
        // The toolchain's own folder comes first there.
        ChildProcessExecutable.find("npm", searchPath: context.environment["PATH"])
    }

    private func checkEntry(_ context: BuildContext) async throws {
        guard let entry = Self.entry(handler: context.handler, app: context.app) else { return }
        if Self.isTypeScript(entry) {
            // `node --check` does not take it: https://nodejs.org/api/typescript.html
            guard !Self.runsTypeScript(context.toolchain.version) else { return }
            throw FuncError(
                .buildFailed,
                "'\(entry)' is TypeScript, which Node.js \(context.toolchain.version) does not run",
                hint: "use Node.js 22.18 or newer, or compile it to JavaScript by 'build.command' in function.yaml"
            )
        }
        let outcome = try await context.run(
            "node --check",
            context.toolchain.executable,
            ["--check", entry],
            in: context.app
        )
        guard !outcome.exit.isSuccess else { return }
        let message = Self.syntaxError(in: outcome.lastLines) ?? "'\(entry)' cannot be parsed"
        throw FuncError(.buildFailed, message, details: outcome.lastLines)
    }

    /// The file of a handler `path/name.function`; nil where there is none, which the host explains better than we can.
    static func entry(handler: String, app: String) -> String? {
        let base = handler.lastIndex(of: ".").map { String(handler[..<$0]) } ?? "index"
        // The host's own order.
        return ["js", "mjs", "cjs", "ts", "mts", "cts"].map { "\(base).\($0)" }.first {
            FileManager.default.fileExists(atPath: app + "/" + $0)
        }
    }

    private static func isTypeScript(_ file: String) -> Bool {
        [".ts", ".mts", ".cts"].contains { file.hasSuffix($0) }
    }

    /// Whether this version of Node.js strips types without being told to.
    static func runsTypeScript(_ version: String) -> Bool {
        guard let version = VersionNumber(version), let first22 = VersionNumber("22.18"),
            let first23 = VersionNumber("23.6")
        else { return false }
        return version >= (version.parts[0] == 22 ? first22 : first23)
    }

    /// What `node --check` printed: `/…/app/index.js:3`, the line, and `SyntaxError: Unexpected token ';'`.
    static func syntaxError(in lines: [String]) -> String? {
        let place = /\/app\/(?<file>.+):(?<line>\d+)$/
        guard let found = lines.lazy.compactMap({ $0.firstMatch(of: place) }).first,
            let reason = lines.first(where: { $0.hasPrefix("SyntaxError: ") })
        else { return nil }
        return "syntax error in \(found.file):\(found.line): \(reason.dropFirst("SyntaxError: ".count))"
    }
}
