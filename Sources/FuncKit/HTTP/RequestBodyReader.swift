import Foundation
import SystemPackage

/// Gives a request's body in pieces, from memory or from a file.
final class RequestBodyReader {
    private let body: HTTPRequest.Body
    private let file: FileDescriptor?
    private var position = 0

    /// Opens the file if there is one.
    /// - Throws: `file_system`.
    init(_ body: HTTPRequest.Body) throws {
        self.body = body
        guard case .file(let path, _, _) = body else {
            file = nil
            return
        }
        do {
            file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
        } catch {
            throw FuncError(.fileSystem, "cannot read '\(path)' to send it", because: error)
        }
    }

    deinit {
        // A descriptor that was only read from has nothing to lose at closing.
        try? file?.close()
    }

    /// Continues at `offset` of the body.
    func seek(to offset: Int) -> Bool {
        guard (0...body.length).contains(offset) else { return false }
        position = offset
        return true
    }

    /// The next bytes, empty at the end.
    /// - Throws: `file_system` where the file is shorter than announced or cannot be read.
    func next(upTo count: Int) throws -> [UInt8] {
        let wanted = min(count, body.length - position)
        guard wanted > 0 else { return [] }
        let bytes: [UInt8]
        switch body {
        case .none:
            bytes = []
        case .data(let data):
            let start = data.startIndex + position
            bytes = Array(data[start..<start + wanted])
        case .file(let path, let offset, _):
            bytes = try read(wanted, at: offset + position, of: path)
        }
        position += bytes.count
        return bytes
    }

    private func read(_ count: Int, at offset: Int, of path: String) throws -> [UInt8] {
        guard let file else { return [] }
        let bytes: [UInt8]
        do {
            bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                filled = try file.read(fromAbsoluteOffset: Int64(offset), into: UnsafeMutableRawBufferPointer(buffer))
            }
        } catch {
            throw FuncError(.fileSystem, "cannot read '\(path)' to send it", because: error)
        }
        guard !bytes.isEmpty else {
            throw FuncError(.fileSystem, "'\(path)' became shorter while it was sent")
        }
        return bytes
    }
}
