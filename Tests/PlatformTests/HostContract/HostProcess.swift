import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A running host with a function of its own in a temporary folder.
final class HostProcess: Sendable {
    private let folder: TemporaryFolder
    private let process: Process
    /// Path of the Unix socket.
    let socketPath: String

    private init(folder: TemporaryFolder, process: Process, socketPath: String) {
        self.folder = folder
        self.process = process
        self.socketPath = socketPath
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// Starts a host for a handler of the contract's file, waits until it is ready, and ends it after `body`.
    static func with<T>(
        _ language: HostLanguage,
        handler: String,
        environment: [String: String] = [:],
        port: UInt16 = 0,
        body: (HostProcess) async throws -> T
    ) async throws -> T {
        let host = try await start(language, handler: handler, environment: environment, port: port)
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

    /// Starts a host without waiting for it.
    static func start(
        _ language: HostLanguage,
        handler: String,
        files: [String: String] = [:],
        environment: [String: String] = [:],
        port: UInt16 = 0
    ) async throws -> HostProcess {
        let folder = try TemporaryFolder("host")
        try FileManager.default.copyItem(atPath: language.hostFolder, toPath: folder.path("host"))
        for (name, text) in files.isEmpty ? [language.entryFile: language.source] : files {
            try folder.write(text, to: "app/\(name)")
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try await language.interpreter)
        process.arguments = [folder.path("host/\(language.hostFile)")]
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path("app"))
        let socketPath = folder.path("s")
        let basic = [
            "PATH": "/usr/bin:/bin", "HOME": folder.path, "TMPDIR": folder.path, "LANG": "C.UTF-8",
            "PORT": String(port), "HKS_LISTEN_HOST": "127.0.0.1", "HKS_LISTEN_UNIX": socketPath,
            "HKS_HANDLER": handler, "HKS_FUNCTION_NAME": "probe", "HKS_FUNCTION_VERSION": "7",
        ]
        process.environment = basic.merging(environment) { _, given in given }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try writeHandle(folder.path("out"))
        process.standardError = try writeHandle(folder.path("err"))
        try process.run()
        return HostProcess(folder: folder, process: process, socketPath: socketPath)
    }

    /// A client on the Unix socket.
    var client: RawHTTP { RawHTTP(.unixSocket(path: socketPath)) }

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
