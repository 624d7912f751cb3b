import Foundation
import FuncKit
import FuncPlatform

/// The platform on this machine: found by its state file, started as a process of its own, stopped by a signal.
struct LocalPlatform: PlatformControl {
    /// Longest wait for a platform that stops: requests are finished and instances drained first.
    private static let stopTimeout = Duration.seconds(60)

    let configure: Configure

    /// Works out the configuration of a platform from flags, variables and settings.
    struct Configure: Sendable {
        let environment: [String: String]
        let home: String
        let executablePath: String
    }

    // MARK: Finding

    func status(_ options: PlatformOptions) async throws -> PlatformStatus {
        let location = try configure.location(options)
        guard let running = try running(options) else {
            return PlatformStatus(state: .stopped, dataFolder: location.dataFolder)
        }
        return status(running, location)
    }

    /// The platform that serves; nil where none does.
    func running(_ options: PlatformOptions) throws -> LocalPlatformDescriptor? {
        guard case .running(let descriptor) = try PlatformState.read(configure.location(options)) else { return nil }
        return descriptor
    }

    private func status(_ running: LocalPlatformDescriptor, _ location: PlatformLocation) -> PlatformStatus {
        PlatformStatus(
            state: .running,
            pid: running.pid,
            url: running.url,
            port: running.port,
            dataFolder: location.dataFolder,
            version: running.version
        )
    }

    // MARK: Starting

    func start(_ options: PlatformOptions) async throws -> PlatformStatus {
        let location = try configure.location(options)
        if let running = try running(options) { return status(running, location) }
        return status(try await launch(options), location)
    }

    /// Starts a platform process and waits until it serves.
    func launch(_ options: PlatformOptions) async throws -> LocalPlatformDescriptor {
        let location = try configure.location(options)
        try FileManager.default.createDirectory(
            atPath: location.dataFolder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        var arguments = ["platform", "serve", "--data-dir", location.dataFolder, "-o", "json"]
        if let port = options.port { arguments += ["--port", String(port)] }
        if let host = options.listenHost { arguments += ["--listen", host] }
        if let limits = options.rateLimits { arguments += ["--rate-limits", limits] }
        if let origins = options.corsOrigins { arguments += ["--cors-origins", origins] }
        let launcher = PlatformLauncher(
            executable: configure.executablePath,
            arguments: arguments,
            environment: configure.environment,
            logFile: location.dataFolder + "/platform.log"
        )
        return try await launcher.start { try running(options) }
    }

    func serve(_ options: PlatformOptions, debug: DebugRequest?, onReady: @escaping @Sendable (PlatformStatus) -> Void)
        async throws
    {
        let location = try configure.location(options)
        var configuration = try configure.configuration(options)
        configuration.debug = debug
        let server = PlatformServer(configuration: configuration)
        try await server.run { descriptor in onReady(status(descriptor, location)) }
    }

    // MARK: Stopping

    func stop(_ options: PlatformOptions) async throws -> Bool {
        let location = try configure.location(options)
        guard let processID = try processID(location) else { return false }
        guard kill(processID, SIGTERM) == 0 || errno == ESRCH else {
            throw FuncError(.forbidden, "cannot stop process \(processID), which is not yours")
        }
        let end = ContinuousClock.now + Self.stopTimeout
        while try self.processID(location) == processID {
            guard ContinuousClock.now < end else {
                throw FuncError(
                    .timedOut,
                    "the platform (process \(processID)) did not stop within \(Self.stopTimeout.components.seconds) s",
                    hint: "kill -9 \(processID); the next start puts everything in order"
                )
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        return true
    }

    private func processID(_ location: PlatformLocation) throws -> Int32? {
        switch try PlatformState.read(location) {
        case .running(let descriptor): descriptor.pid
        case .starting(let processID): processID
        case .stale, .stopped: nil
        }
    }

    func reset(_ options: PlatformOptions) async throws -> String {
        _ = try await stop(options)
        let location = try configure.location(options)
        guard FileManager.default.fileExists(atPath: location.dataFolder) else { return location.dataFolder }
        try PlatformData.remove(of: location)
        return location.dataFolder
    }
}

extension LocalPlatform.Configure {
    /// Folder of the platform's data.
    func location(_ options: PlatformOptions) throws -> PlatformLocation {
        if let folder = options.dataFolder {
            let base = FileManager.default.currentDirectoryPath
            return PlatformLocation(dataFolder: folder.hasPrefix("/") ? folder : base + "/" + folder)
        }
        return PlatformLocation(dataFolder: try settings(options).value("platform.dataDir") ?? directories.platform)
    }

    /// Everything that the server needs.
    func configuration(_ options: PlatformOptions) throws -> PlatformConfiguration {
        let settings = try settings(options)
        let port = try settings.resolve("platform.port")
        let content = try TemplateLibrary.contentFolder(environment: environment, executablePath: executablePath)
        var configuration = PlatformConfiguration(
            dataFolder: try location(options).dataFolder,
            programVersion: Version.current,
            hostsFolder: content + "/hosts",
            environment: environment
        )
        configuration.listenHost = options.listenHost ?? configuration.listenHost
        configuration.rateLimits = try RateLimits(
            parsing: settings.value("platform.rateLimits") ?? ""
        )
        configuration.port = port.value.flatMap(Int.init) ?? configuration.port
        configuration.corsOrigins = Set(SettingKey.origins(in: try settings.value("platform.corsOrigins") ?? ""))
        return configuration
    }

    var directories: BaseDirectories { BaseDirectories(environment: environment, home: home) }

    private func settings(_ options: PlatformOptions) throws -> Settings {
        var flags: [String: String] = [:]
        flags["platform.port"] = options.port.map(String.init)
        flags["platform.rateLimits"] = options.rateLimits
        flags["platform.corsOrigins"] = options.corsOrigins
        return Settings(
            flags: flags,
            environment: environment,
            config: try ConfigFile.load(directories),
            defaults: ["platform.dataDir": directories.platform]
        )
    }
}
