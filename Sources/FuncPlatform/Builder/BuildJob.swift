import Foundation
import FuncKit

/// One build with everything that goes into it.
struct BuildJob: Sendable {
    let request: BuildRequest
    let toolchain: ResolvedToolchain
    let recipe: any BuildRecipe
    /// Nil where the function is a program of its own.
    let host: HostFolder?
    let configuration: PlatformConfiguration
    let store: BundleStore
    let extract: SourceBuilder.Extract
    let incrementalLock: KeyedLock
    /// Over all that decides what the bundle holds.
    let digest: String

    init(
        request: BuildRequest,
        toolchain: ResolvedToolchain,
        recipe: any BuildRecipe,
        host: HostFolder?,
        hostDigest: String,
        renewals: Int = 0,
        configuration: PlatformConfiguration,
        store: BundleStore,
        extract: @escaping SourceBuilder.Extract,
        incrementalLock: KeyedLock
    ) throws {
        self.request = request
        self.toolchain = toolchain
        self.recipe = recipe
        self.host = host
        self.configuration = configuration
        self.store = store
        self.extract = extract
        self.incrementalLock = incrementalLock
        // The handler is in it because its file is what gets checked.
        var inputs =
            [
                "bundle 1", request.sourceDigest, hostDigest, recipe.family, String(recipe.version),
                toolchain.executable,
                toolchain.version, request.settings.handler,
            ] + request.settings.buildCommand + (request.isForDebugger ? ["for a debugger"] : [])
        if renewals > 0 { inputs.append("renewal \(renewals)") }
        digest = Digest.sha256(try JSONEncoder.functionAPI.encode(inputs))
    }

    /// The bundle, once it was built.
    var bundle: Bundle {
        let folder = store.folder(of: digest)
        var launch = recipe.launch(folder: folder, toolchain: toolchain)
        if let program { launch = program.launch(app: folder + "/app", base: launch) }
        return Bundle(
            digest: digest,
            folder: folder,
            command: launch.command,
            environment: launch.environment,
            workingFolder: folder + "/app",
            listensOnUnixSocket: launch.listensOnUnixSocket,
            warnings: toolchain.warnings,
            isForDebugger: request.isForDebugger
        )
    }

    /// Builds in a folder of its own and publishes the result.
    func run(_ log: BuildLog) async throws {
        let folder = try store.makeBuildFolder(for: digest)
        do {
            try await build(in: folder, log)
            try Task.checkCancellation()
            try await BlockingWork.run("store bundle") { [store, digest] _ in try store.publish(folder, as: digest) }
        } catch {
            await discard(folder)
            throw error
        }
    }

    /// Says what is wrong with the sources of the bundle, which did not start.
    func explainFailedStart(_ log: BuildLog) async throws {
        try await withContext(folder: store.folder(of: digest), log) { try await recipe.explainFailedStart($0) }
    }

    private func build(in folder: String, _ log: BuildLog) async throws {
        try await withContext(folder: folder, log) { context in
            try await extract(request.sourcePath, context.app)
            if let host { try await BlockingWork.run("stage host") { _ in try host.copy(to: context.host) } }
            if let program = request.settings.buildCommand.first {
                let arguments = Array(request.settings.buildCommand.dropFirst())
                context.note(
                    .info,
                    "running the build command '\(request.settings.buildCommand.joined(separator: " "))'"
                )
                try await context.runToSuccess(program, program, arguments, in: context.app)
            }
            try await recipe.build(context)
            try program?.check(app: context.app)
        }
    }

    /// Lends what recipes need to work in `folder`, with a folder for temporary files that is gone afterwards.
    private func withContext(
        folder: String,
        _ log: BuildLog,
        _ body: (BuildContext) async throws -> Void
    ) async throws {
        let temporary = try store.makeBuildFolder(for: "tmp")
        do {
            try await body(context(folder: folder, temporary: temporary, log))
        } catch {
            await discard(temporary)
            throw error
        }
        await discard(temporary)
    }

    private var program: ProgramCommand? { ProgramCommand(request.settings, searchPath: searchPath) }

    /// The toolchain's own programs come first.
    private var searchPath: String {
        let path = configuration.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        guard !toolchain.executable.isEmpty else { return path }
        return URL(fileURLWithPath: toolchain.executable).deletingLastPathComponent().path + ":" + path
    }

    private func discard(_ folder: String) async {
        do {
            try await BlockingWork.run("discard build") { [store] _ in store.discard(folder) }
        } catch {
            // No thread to be had: the next start removes it.
        }
    }

    private func context(folder: String, temporary: String, _ log: BuildLog) -> BuildContext {
        var environment = configuration.environment
        environment["PATH"] = searchPath
        environment["TMPDIR"] = temporary
        environment["LANG"] = "C.UTF-8"
        environment["CI"] = "1"
        return BuildContext(
            folder: folder,
            toolchain: toolchain,
            handler: request.settings.handler,
            cacheFolder: store.cacheFolder,
            temporaryFolder: temporary,
            incrementalFolder: "\(store.cacheFolder)/incremental/\(request.functionID)-\(recipe.family)",
            incrementalLock: incrementalLock,
            environment: environment,
            log: log,
            deadline: ContinuousClock.now + configuration.buildTimeout,
            timeout: configuration.buildTimeout,
            checksSources: configuration.develop == nil || request.isForDebugger,
            isForDebugger: request.isForDebugger
        )
    }
}
