import Foundation
import FuncKit
import Hummingbird
import NIOCore

/// A form that was sent: short fields in memory, files on disk.
struct MultipartForm: Sendable {
    /// All fields together.
    private static let maxFieldsBytes = 4 << 20
    /// Most files.
    private static let maxFiles = 4

    /// Texts by name.
    private(set) var fields: [String: String] = [:]
    /// Paths of staged files by name.
    private(set) var files: [String: String] = [:]

    /// Reads the form of a request, hands it to `use`, and removes its files.
    /// - Throws: `invalid_argument`, `source_too_large`, `no_space`, and what `use` throws.
    static func with<T: Sendable>(
        _ request: Request,
        boundary: String,
        artifacts: ArtifactStore,
        _ use: @Sendable (MultipartForm) async throws -> T
    ) async throws -> T {
        let folder = try await artifacts.makeStagingFolder()
        do {
            var reader = Reader(folder: folder, boundary: boundary, maxFileBytes: artifacts.limit)
            for try await buffer in request.body { try await reader.take(buffer) }
            let result = try await use(try reader.finish())
            try await artifacts.removeStagingFolder(folder)
            return result
        } catch {
            // The failure to be told is the first one; what stays is removed by a later start.
            try? await artifacts.removeStagingFolder(folder)
            throw error
        }
    }

    /// Puts the parts where they belong.
    private struct Reader {
        private enum Target {
            case field(String)
            case file(name: String, path: String, size: Int)
        }

        /// Bytes of a file that are written at once.
        private static let blockSize = 256 << 10

        let folder: String
        let maxFileBytes: Int
        private var parser: MultipartParser
        private var form = MultipartForm()
        private var fieldBytes = 0
        private var target: Target?
        /// What was read of the target and is not stored yet.
        private var pending: [UInt8] = []

        init(folder: String, boundary: String, maxFileBytes: Int) {
            self.folder = folder
            self.maxFileBytes = maxFileBytes
            parser = MultipartParser(boundary: boundary)
        }

        mutating func take(_ buffer: ByteBuffer) async throws {
            for event in try parser.feed(buffer.readableBytesView) {
                switch event {
                case .part(let header): try begin(header)
                case .data(let bytes): try await append(bytes)
                case .endOfPart: try await end()
                }
            }
        }

        func finish() throws -> MultipartForm {
            try parser.finish()
            return form
        }

        private mutating func begin(_ header: MultipartHeader) throws {
            guard form.fields[header.name] == nil, form.files[header.name] == nil else {
                throw FuncError.field(header.name, "field '\(header.name)' of the form comes twice")
            }
            guard header.fileName != nil else {
                target = .field(header.name)
                return
            }
            guard form.files.count < maxFiles else {
                throw MultipartParser.malformed("it has more than \(maxFiles) files")
            }
            // Names of the client's choice stay out of the file system.
            target = .file(name: header.name, path: "\(folder)/file-\(form.files.count)", size: 0)
        }

        private mutating func append(_ bytes: [UInt8]) async throws {
            pending += bytes
            switch target {
            case .field(let name):
                fieldBytes += bytes.count
                guard fieldBytes > maxFieldsBytes else { return }
                throw FuncError.field(
                    name,
                    "the fields of the form have more than \(maxFieldsBytes) bytes",
                    code: .sourceTooLarge,
                    hint: "send the source as a file"
                )
            case .file: if pending.count >= Self.blockSize { try await flush() }
            case nil: break
            }
        }

        /// Writes what is pending of a file.
        private mutating func flush() async throws {
            guard case .file(let name, let path, let size) = target, !pending.isEmpty else { return }
            guard size + pending.count <= maxFileBytes else {
                throw FuncError.field(
                    name,
                    "file '\(name)' of the form has more than the \(maxFileBytes) bytes that are accepted",
                    code: .sourceTooLarge
                )
            }
            let block = Data(pending)
            pending.removeAll(keepingCapacity: true)
            target = .file(name: name, path: path, size: size + block.count)
            try await BlockingWork.run("write upload") { _ in try DurableFile.write(block, at: size, to: path) }
        }

        private mutating func end() async throws {
            try await flush()
            switch target {
            case .field(let name):
                guard let text = String(validating: pending, as: UTF8.self) else {
                    throw FuncError.field(name, "field '\(name)' of the form is not UTF-8")
                }
                form.fields[name] = text
            case .file(let name, let path, let size):
                // A file input of a page that was left empty comes as a file without a byte.
                if size > 0 { form.files[name] = path }
            case nil: break
            }
            pending.removeAll()
            target = nil
        }
    }
}
