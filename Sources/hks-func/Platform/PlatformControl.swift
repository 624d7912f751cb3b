import FuncKit
import FuncPlatform

/// Which local platform is meant, and where it listens.
struct PlatformOptions: Hashable, Sendable {
    /// Data folder; nil for the user's own.
    var dataFolder: String?
    /// Port; nil for the configured one.
    var port: Int?
    /// Address to listen on; nil for 127.0.0.1.
    var listenHost: String?
    /// Rate limits as text; nil for the configured ones.
    var rateLimits: String?
    /// Origins of web pages that may call the API, separated by commas; nil for the configured ones.
    var corsOrigins: String?
}

/// Starts, stops and finds the local platform.
protocol PlatformControl: Sendable {
    /// What runs now.
    func status(_ options: PlatformOptions) async throws -> PlatformStatus

    /// Starts the platform in the background where it does not run, and returns once it is ready.
    /// - Throws: `platform_start_failed`, `port_in_use`, `database_corrupt`.
    func start(_ options: PlatformOptions) async throws -> PlatformStatus

    /// Stops the platform and waits until it is gone; false where it did not run.
    func stop(_ options: PlatformOptions) async throws -> Bool

    /// Stops the platform and deletes its data folder; returns the folder.
    func reset(_ options: PlatformOptions) async throws -> String

    /// Runs the platform in this process until the task is cancelled, with the functions of `debug` under debuggers.
    func serve(_ options: PlatformOptions, debug: DebugRequest?, onReady: @escaping @Sendable (PlatformStatus) -> Void)
        async throws
}

/// What is known about the local platform.
struct PlatformStatus: Codable, Hashable, Sendable {
    enum State: String, Codable, Sendable {
        case running, stopped
    }

    var state: State
    var pid: Int32?
    var url: String?
    var port: Int?
    var dataFolder: String
    var version: String?

    private enum CodingKeys: String, CodingKey {
        case state, pid, url, port, version
        case dataFolder = "data_dir"
    }
}
