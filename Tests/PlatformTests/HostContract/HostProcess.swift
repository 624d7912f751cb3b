import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A running host with a function of its own in a temporary folder.
final class HostProcess: ContractSubject {
    private let language: HostLanguage
    private let folder: TemporaryFolder
    private let process: Process
    private let address: RawHTTP.Endpoint
    /// Path of the Unix socket, where the host listens on one.
    let socketPath: String

    private init(
        language: HostLanguage,
        folder: TemporaryFolder,
        process: Process,
        address: RawHTTP.Endpoint,
        socketPath: String
    ) {
        self.language = language
        self.folder = folder
        self.process = process
        self.address = address
        self.socketPath = socketPath
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// Starts the host of a probe, waits until it is ready, and ends it after `body`.
    static func with<T>(
        _ language: HostLanguage,
        probe: String,
        environment: [String: String] = [:],
        port: UInt16? = nil,
        body: (HostProcess) async throws -> T
    ) async throws -> T {
        let host = try await start(language, probe: probe, environment: environment, port: port)
        do {
            try await eventually(
                "the host is ready",
                holds: {
                    try #require(host.process.isRunning, "the host ended: \(host.errorOutput)")
                    let response = try? await host.client.response(
                        to: "GET /health/readiness HTTP/1.1\r\nHost: h\r\n\r\n"
                    )
                    return response?.status == 200
                }
            )
            let result = try await body(host)
            try await host.finish()
            return result
        } catch {
            try await host.finish()
            throw error
        }
    }

    /// Starts the host of a probe without waiting for it.
    static func start(
        _ language: HostLanguage,
        probe: String,
        environment: [String: String] = [:],
        port: UInt16? = nil
    ) async throws -> HostProcess {
        let bundle = try await HostBuilds.probe(language)
        let launch = BundleLaunch(
            command: bundle.command,
            environment: bundle.environment.merging(["PROBE": probe]) { $1 },
            listensOnUnixSocket: bundle.listensOnUnixSocket
        )
        let handler = language.family.entry.defaultHandler
        return try start(
            language,
            launch,
            in: bundle.workingFolder,
            folder: try TemporaryFolder("host"),
            environment: ["HKS_HANDLER": handler].merging(environment) { $1 },
            port: port
        )
    }

    /// Starts the host of a project of a few files, built where its language is compiled, without waiting for it.
    static func start(
        _ language: HostLanguage,
        handler: String,
        files: [String: String],
        environment: [String: String] = [:]
    ) async throws -> HostProcess {
        let folder = try TemporaryFolder("host")
        let environment = ["HKS_HANDLER": handler].merging(environment) { $1 }
        guard language.isCompiled else {
            let launch = try await HostBuilds.stage(language, handler: handler, files: files, in: folder.path)
            return try start(language, launch, in: folder.path("app"), folder: folder, environment: environment)
        }
        let bundle = try await HostBuilds.build(language, handler: handler, files: files)
        let launch = BundleLaunch(
            command: bundle.command,
            environment: bundle.environment,
            listensOnUnixSocket: bundle.listensOnUnixSocket
        )
        return try start(language, launch, in: bundle.workingFolder, folder: folder, environment: environment)
    }

    private static func start(
        _ language: HostLanguage,
        _ launch: BundleLaunch,
        in workingFolder: String,
        folder: TemporaryFolder,
        environment: [String: String],
        port: UInt16? = nil
    ) throws -> HostProcess {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: launch.command[0])
        process.arguments = Array(launch.command.dropFirst())
        process.currentDirectoryURL = URL(fileURLWithPath: workingFolder)
        let socketPath = folder.path("s")
        let tcpPort = try launch.listensOnUnixSocket ? port ?? 0 : port ?? ListeningSocket.freePort()
        var basic = [
            "PATH": "/usr/bin:/bin", "HOME": folder.path, "TMPDIR": folder.path, "LANG": "C.UTF-8",
            "PORT": String(tcpPort), "HKS_LISTEN_HOST": "127.0.0.1",
            "HKS_FUNCTION_NAME": "probe", "HKS_FUNCTION_VERSION": "7",
        ]
        if launch.listensOnUnixSocket { basic["HKS_LISTEN_UNIX"] = socketPath }
        process.environment = basic.merging(launch.environment) { $1 }.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try writeHandle(folder.path("out"))
        process.standardError = try writeHandle(folder.path("err"))
        try process.run()
        return HostProcess(
            language: language,
            folder: folder,
            process: process,
            address: launch.listensOnUnixSocket ? .unixSocket(path: socketPath) : .tcp(port: tcpPort),
            socketPath: socketPath
        )
    }

    /// A client on the Unix socket where there is one, else on the port.
    var client: RawHTTP { RawHTTP(address) }

    /// What it wrote to standard output.
    var output: String { (try? folder.read("out")) ?? "" }

    /// What it wrote to standard error.
    var errorOutput: String { (try? folder.read("err")) ?? "" }

    /// The JSON lines of both streams.
    var logEntries: [[String: Any]] {
        (output + "\n" + errorOutput).split(separator: "\n").compactMap { line in
            (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any]
        }
    }

    func serves(_ malformedRequest: String) -> Bool { language.cases.serves.contains(malformedRequest) }

    /// Sends a signal.
    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Waits for the end; gives the exit status, or the signal's number below zero.
    func exitStatus() async throws -> Int32 {
        try await eventually("the host ends", holds: { !self.process.isRunning })
        return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    }

    /// One GET.
    func get(_ target: String, headers: String = "") async throws -> RawResponse {
        try await client.response(to: "GET \(target) HTTP/1.1\r\nHost: h\r\n\(headers)\r\n")
    }

    /// One POST.
    func post(
        _ body: Data,
        type: String? = "application/json",
        target: String = "/",
        headers: String = ""
    ) async throws -> RawResponse {
        let contentType = type.map { "Content-Type: \($0)\r\n" } ?? ""
        let head = "POST \(target) HTTP/1.1\r\nHost: h\r\n\(contentType)Content-Length: \(body.count)\r\n\(headers)\r\n"
        return try await client.response(to: head, body: body)
    }

    /// One POST of text.
    func post(_ body: String, type: String? = "application/json", headers: String = "") async throws -> RawResponse {
        try await post(Data(body.utf8), type: type, headers: headers)
    }

    private func finish() async throws {
        signal(SIGKILL)
        _ = try await exitStatus()
    }

    private static func writeHandle(_ path: String) throws -> FileHandle {
        try Data().write(to: URL(fileURLWithPath: path))
        return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }
}
