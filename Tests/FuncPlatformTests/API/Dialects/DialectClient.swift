import Foundation
import FuncKit
import Hummingbird
import HummingbirdTesting
import NIOCore
import TestSupport
import Testing

@testable import FuncPlatform

/// An API over fakes, and requests to any path of it.
struct DialectFixture: Sendable {
    let control: ControlFixture

    init() throws {
        control = try ControlFixture()
    }

    static let canonical = "/api/v1/workspaces/default"
    static let console = "/api/v1/organizations/default/workspaces/default"

    func with(_ body: @Sendable (DialectClient) async throws -> Void) async throws {
        try await control.application().test(.router) { try await body(DialectClient(client: $0)) }
    }

    /// Files of the source of a function's version, by path.
    func files(of function: String = "hello", version: Int = 1) async throws -> [String: String] {
        let reference = FunctionReference(function: function)
        let version = try await control.store.version(.number(version), of: reference)
        let archive = control.artifacts.path(of: try #require(version.sourceDigest))
        let folder = control.folder.path("unpacked-\(UUID().uuidString)")
        try await ArchiveExtractor.extract(archive, into: folder)
        var files: [String: String] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            let data = FileManager.default.contents(atPath: folder + "/" + path)
            files[path] = data.map { String(decoding: $0, as: UTF8.self) }
        }
        return files
    }

    /// A tar.gz archive of these files.
    func archive(_ files: [String: String], _ format: ArchiveFormat = .tarGzip) async throws -> Data {
        let folder = control.folder.path("packed-\(UUID().uuidString)")
        for (path, text) in files {
            let file = URL(fileURLWithPath: folder + "/" + path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: file)
        }
        let packed = try await SourcePacker.pack(root: folder, options: PackOptions(format: format), output: folder + ".x")
        return try Data(contentsOf: URL(fileURLWithPath: packed.archive.path))
    }

    /// Waits until nothing of a function is under way.
    func settled(_ function: String = "hello") async throws {
        try await eventually("deploys of \(function) have ended") {
            try await control.store.versions(of: FunctionReference(function: function)).allSatisfy(\.status.isFinal)
        }
    }
}

/// Sends requests with the owner's token.
struct DialectClient {
    let client: any TestClientProtocol

    struct Answer {
        var status: Int
        var headers: HTTPFields
        var bytes: Data

        var json: [String: Any] {
            (try? JSONSerialization.jsonObject(with: bytes)) as? [String: Any] ?? [:]
        }
        var body: String { String(decoding: bytes, as: UTF8.self) }

        func text(_ key: String) -> String? { json[key] as? String }
        func number(_ key: String) -> Int? { json[key] as? Int }
        func list(_ key: String) -> [[String: Any]] { json[key] as? [[String: Any]] ?? [] }
    }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String? = nil,
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        try await send(method, path, bytes: body.map { Data($0.utf8) }, headers: headers)
    }

    func send(_ method: HTTPRequest.Method, _ path: String, bytes: Data?, headers: HTTPFields = [:]) async throws
        -> Answer
    {
        var headers = headers
        headers[.authorization] = "Bearer secret"
        return try await client.execute(
            uri: path,
            method: method,
            headers: headers,
            body: bytes.map { ByteBuffer(bytes: $0) }
        ) { Answer(status: $0.status.code, headers: $0.headers, bytes: Data($0.body.readableBytesView)) }
    }

    /// Sends a form.
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        form: [String: String],
        file: (name: String, bytes: Data)? = nil
    ) async throws -> Answer {
        var body = Data()
        for (name, text) in form.sorted(by: { $0.key < $1.key }) {
            body += Data("--edge\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(text)\r\n".utf8)
        }
        if let file {
            body += Data("--edge\r\nContent-Disposition: form-data; name=\"source\"; filename=\"\(file.name)\"\r\n".utf8)
            body += Data("Content-Type: application/octet-stream\r\n\r\n".utf8) + file.bytes + Data("\r\n".utf8)
        }
        body += Data("--edge--\r\n".utf8)
        return try await send(
            method,
            path,
            bytes: body,
            headers: [.contentType: "multipart/form-data; boundary=edge"]
        )
    }
}
