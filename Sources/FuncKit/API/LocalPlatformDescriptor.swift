import Foundation

/// How to reach the local platform, as it says itself in `run/platform.json` while it serves.
public struct LocalPlatformDescriptor: Codable, Hashable, Sendable {
    /// Process id of the platform.
    public var pid: Int32
    /// Base address of its API and gateway.
    public var url: String
    /// Bearer token of its API.
    public var token: String
    /// When it began to serve.
    public var startedAt: Date?
    /// Port of `url`.
    public var port: Int
    /// Version of the program that serves.
    public var version: String?

    /// Describes a platform.
    public init(pid: Int32, url: String, token: String, startedAt: Date?, port: Int, version: String?) {
        self.pid = pid
        self.url = url
        self.token = token
        self.startedAt = startedAt
        self.port = port
        self.version = version
    }

    /// Reads the file; an old one may have been left behind by a crash, which shows when the platform is called.
    /// - Throws: `platform_not_running` where there is no file, `file_system` where it cannot be read.
    public static func read(runFolder: String) throws -> LocalPlatformDescriptor {
        let path = runFolder + "/platform.json"
        guard FileManager.default.fileExists(atPath: path) else {
            throw FuncError(
                .platformNotRunning,
                "the local platform is not running",
                hint: "start it with 'hks-func platform start'"
            )
        }
        do {
            return try JSONDecoder.functionAPI.decode(Self.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw FuncError(
                .fileSystem,
                "cannot read '\(path)'",
                hint: "restart the platform with 'hks-func platform stop' and 'hks-func platform start'",
                because: error
            )
        }
    }

    private enum CodingKeys: String, CodingKey {
        case pid, url, token, port, version
        case startedAt = "started_at"
    }
}
