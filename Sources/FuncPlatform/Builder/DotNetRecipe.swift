import Foundation
import FuncKit

/// Builds .NET functions with the SDK: the user's project as it is, and the host that loads its assembly.
///
/// A bundle has `publish/` with the function and its packages, and `host/` with the host.
struct DotNetRecipe: BuildRecipe {
    let family = "dotnet"
    let version = 1

    private static let oldest = 6
    private static let hostAssembly = "HksFunc.Host.dll"

    func build(_ context: BuildContext) async throws {
        guard let major = VersionNumber(context.toolchain.version)?.parts.first, major >= Self.oldest else {
            throw FuncError(
                .buildFailed,
                "the .NET host needs .NET \(Self.oldest) or newer, not \(context.toolchain.version)",
                hint: "install a newer SDK"
            )
        }
        let project = try DotNetProject(app: context.app)
        try await context.withIncrementalFolder { folder in
            let offline = folder + "/no-packages"
            try FileManager.default.createDirectory(atPath: offline, withIntermediateDirectories: true)
            try await publish(project, context, mirror: folder + "/app", offline: offline)
            try await publishHost(context, framework: try framework(of: project, context), offline: offline)
        }
        try Data(project.assembly.utf8).write(to: URL(fileURLWithPath: context.host + "/function"))
        try await checkHandler(context)
    }

    func launch(folder: String, toolchain: ResolvedToolchain) -> BundleLaunch {
        let name = FileManager.default.contents(atPath: folder + "/host/function")
        let assembly = folder + "/publish/" + (name.map { String(decoding: $0, as: UTF8.self) } ?? "Function")
        var command = [toolchain.executable, "exec", "--runtimeconfig", assembly + ".runtimeconfig.json"]
        // A project may do without.
        if FileManager.default.fileExists(atPath: assembly + ".deps.json") {
            command += ["--depsfile", assembly + ".deps.json"]
        }
        return BundleLaunch(
            command: command + [folder + "/host/" + Self.hostAssembly, assembly + ".dll"],
            environment: Self.runtimeEnvironment,
            listensOnUnixSocket: true
        )
    }

    /// For a short start and little memory; a function that is built for an older runtime runs on the one there is.
    private static let runtimeEnvironment = [
        "DOTNET_gcServer": "0",
        "DOTNET_gcConcurrent": "0",
        "DOTNET_TieredPGO": "0",
        "DOTNET_EnableDiagnostics": "0",
        "DOTNET_ROLL_FORWARD": "Major",
    ]

    // MARK: The function

    private func publish(_ project: DotNetProject, _ context: BuildContext, mirror: String, offline: String)
        async throws
    {
        let sources = FolderMirror(folder: mirror, outputs: ["bin", "obj"])
        try await BlockingWork.run("copy sources") { _ in
            try sources.update(from: context.app)
            if let text = project.generated { try sources.write(Data(text.utf8), to: project.file) }
        }
        var arguments = ["publish", project.file, "--output", context.folder + "/publish"]
        arguments += Self.options(context)
        arguments += [
            // Without it only programs get the file that says which runtime they need.
            "-p:GenerateRuntimeConfigurationFiles=true",
            // Traces of failures then say where in the function's folder.
            "-p:PathMap=\(mirror)=\(context.isForDebugger ? DotNetDebugger.sourceRoot : ".")",
        ]
        if project.hasPackages {
            context.note(.info, "installing the packages of '\(project.file)'")
        } else {
            arguments.append("-p:RestoreSources=\(offline)")
        }
        try await sdk(context, arguments, in: mirror)
        guard FileManager.default.fileExists(atPath: "\(context.folder)/publish/\(project.assembly).dll") else {
            throw FuncError(
                .buildFailed,
                "'\(project.file)' does not make the assembly '\(project.assembly).dll'",
                hint: "set <AssemblyName> in it to the plain name of the assembly"
            )
        }
    }

    /// The framework that the function was built for, such as `net8.0`.
    private func framework(of project: DotNetProject, _ context: BuildContext) throws -> String {
        let path = "\(context.folder)/publish/\(project.assembly).runtimeconfig.json"
        let data = FileManager.default.contents(atPath: path) ?? Data()
        let name = (try? JSONDecoder().decode(RuntimeConfiguration.self, from: data))?.runtimeOptions.tfm ?? ""
        let major = name.firstMatch(of: /^net(?<major>\d+)\.0$/).flatMap { Int($0.major) } ?? 0
        guard major >= Self.oldest else {
            throw FuncError(
                .buildFailed,
                "'\(project.file)' is not for .NET \(Self.oldest) or newer",
                hint: "set <TargetFramework> in it, for example to 'net8.0'"
            )
        }
        return name
    }

    private struct RuntimeConfiguration: Decodable {
        struct Options: Decodable {
            var tfm: String
        }

        var runtimeOptions: Options
    }

    /// Has the host say what is wrong with the handler, before the function is deployed.
    private func checkHandler(_ context: BuildContext) async throws {
        var command = launch(folder: context.folder, toolchain: context.toolchain).command
        let assembly = command.removeLast()
        let outcome = try await context.run(
            "dotnet exec",
            command.removeFirst(),
            command + ["--check", assembly, context.handler],
            in: context.app,
            variables: Self.runtimeEnvironment
        )
        guard !outcome.exit.isSuccess else { return }
        throw FuncError(
            .buildFailed,
            outcome.lastLines.last ?? "the handler cannot be loaded",
            details: outcome.lastLines
        )
    }

    // MARK: The host

    /// Puts the compiled host in the place of its sources; it is compiled once for an SDK and a framework.
    private func publishHost(_ context: BuildContext, framework: String, offline: String) async throws {
        let sources = try HostFolder(family: "host", hostsFolder: context.folder)
        let digest = try await BlockingWork.run("read host") { _ in try sources.digest() }
        let parts = [context.toolchain.executable, context.toolchain.version, framework, digest]
        let identity = (parts + (context.isForDebugger ? ["Debug"] : [])).joined(separator: "\0")
        let key = "dotnet/" + Digest.sha256(Data(identity.utf8))
        let cache = BuildCache(folder: context.cacheFolder)
        let target = context.folder + "/host-built"
        if try await !cache.restore(key, to: target) {
            let arguments = ["publish", "Host.csproj", "--output", target] + Self.options(context)
            let own = [
                // It is loaded by the runtime that the function asks for.
                "-p:TargetFramework=\(framework)", "-p:RestoreSources=\(offline)",
                // What lies above the platform's folders is none of its business.
                "-p:ImportDirectoryBuildProps=false", "-p:ImportDirectoryBuildTargets=false",
            ]
            try await sdk(context, arguments + own, in: context.host)
            try await cache.store(target, as: key)
        }
        try await BlockingWork.run("place host") { _ in
            try FileManager.default.removeItem(atPath: context.host)
            try FileManager.default.moveItem(atPath: target, toPath: context.host)
        }
    }

    // MARK: The SDK

    private static func options(_ context: BuildContext) -> [String] {
        ["--configuration", context.isForDebugger ? "Debug" : "Release"] + fixedOptions
    }

    private static let fixedOptions = [
        "--nologo", "--verbosity", "minimal",
        // No servers of the compiler stay behind.
        "-nodeReuse:false", "-p:UseSharedCompilation=false",
        // The host loads the assembly into the runtime that is installed, whatever form the project has otherwise.
        "-p:UseAppHost=false", "-p:SelfContained=false", "-p:PublishSingleFile=false", "-p:PublishAot=false",
        "-p:PublishTrimmed=false",
        // It asks the network for news.
        "-p:NuGetAudit=false",
    ]

    private func sdk(_ context: BuildContext, _ arguments: [String], in folder: String) async throws {
        var variables = [
            "DOTNET_CLI_TELEMETRY_OPTOUT": "1",
            "DOTNET_CLI_UI_LANGUAGE": "en",
            "DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE": "1",
            "DOTNET_GENERATE_ASPNET_CERTIFICATE": "false",
            "DOTNET_NOLOGO": "1",
            "DOTNET_SKIP_FIRST_TIME_EXPERIENCE": "1",
        ]
        if context.environment["HOME"] == nil { variables["DOTNET_CLI_HOME"] = context.cacheFolder + "/dotnet-home" }
        let executable = context.toolchain.executable
        let outcome = try await context.run("dotnet publish", executable, arguments, in: folder, variables: variables)
        guard !outcome.exit.isSuccess else { return }
        let message = Self.compileError(in: outcome.output, folder: folder)
        throw FuncError(
            .buildFailed,
            message ?? "'dotnet publish' ended with \(outcome.exit)",
            details: outcome.lastLines
        )
    }

    /// The first error that the SDK printed: `/…/Function.cs(3,5): error CS1002: ; expected [/…/Function.csproj]`, or
    /// without a place in the file, `/…/Function.csproj : error NU1101: Unable to find package X. […]`.
    static func compileError(in output: String, folder: String) -> String? {
        let pattern =
            /^\s*(?<file>[^\n]+?)(?:\((?<line>\d+)[\d,-]*\))?\s*: error (?<code>\w+): (?<reason>[^\n]+?)(?: \[[^\n\]]*\])?$/
        guard let match = output.firstMatch(of: pattern.anchorsMatchLineEndings()) else { return nil }
        var file = String(match.file)
        for prefix in [folder + "/", "./"] where file.hasPrefix(prefix) { file.removeFirst(prefix.count) }
        let place = match.line.map { "\(file):\($0)" } ?? file
        return "error \(match.code) in \(place): \(match.reason)"
    }
}
