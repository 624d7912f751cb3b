import Foundation
import FuncKit

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The file that holds the key of all secrets: made once, read many times, never overwritten.
struct SecretKeyFile: Sendable {
    /// Where the file is, `keys/secrets.key` below the data folder.
    let path: String

    /// The key; nil where there is none yet.
    /// - Throws: `secret_key_invalid` for a file that is damaged, or that others can read.
    func read() throws -> SecretKey? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if descriptor < 0 {
            if errno == ENOENT { return nil }
            throw invalid("cannot be read: \(String(cString: strerror(errno)).lowercased())", hint: nil)
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try checkOwnership()
        let bytes = try file.read(upToCount: SecretKey.byteCount + 1) ?? Data()
        guard bytes.count == SecretKey.byteCount else {
            throw invalid(
                "is damaged: it has \(bytes.count > SecretKey.byteCount ? "more" : "fewer") than 32 bytes",
                hint: "put a copy of it back; without one, 'hks-func secrets delete --force' all secrets, "
                    + "remove the file, and set them anew"
            )
        }
        return SecretKey(bytes)
    }

    /// Makes a new key. The file appears with all of its bytes, or not at all, and only where there is none: the key of
    /// whoever came first is everybody's.
    /// - Throws: `file_system`, `no_space`.
    func create() throws -> SecretKey {
        let folder = (path as NSString).deletingLastPathComponent
        try PrivateFolder.make(folder, as: "the folder")
        let bytes = Data(SecureRandom.bytes(SecretKey.byteCount))
        let beside = "\(path).\(UUID().uuidString.prefix(8)).new"
        defer { unlink(beside) }
        try DurableFile.write(bytes, at: 0, to: beside)
        try DurableFile.synchronize(beside)
        // Unlike a rename, a link fails where the name is taken.
        guard link(beside, path) == 0 else {
            let failure = DurableFile.failure("create", path)
            guard errno == EEXIST, let first = try read() else { throw failure }
            return first
        }
        try DurableFile.synchronize(folder)
        return SecretKey(bytes)
    }

    /// The failure of what was encrypted with a key that is not this file's.
    func mismatch(isMissing: Bool) -> FuncError {
        invalid(
            isMissing ? "is missing" : "is not the key that the secrets were encrypted with",
            hint: "put a copy of it back; without one, 'hks-func secrets delete --force' all secrets and set them anew"
        )
    }

    private func checkOwnership() throws {
        // `fstat` would say the same, but which module its structure belongs to depends on the order of compilation.
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        let mode = (attributes[.posixPermissions] as? Int ?? 0o777) & 0o777
        guard attributes[.type] as? FileAttributeType == .typeRegular else { throw invalid("is not a file", hint: nil) }
        guard (attributes[.ownerAccountID] as? NSNumber)?.uint32Value == getuid() else {
            throw invalid("belongs to another user", hint: nil)
        }
        guard mode & 0o077 == 0 else {
            throw invalid("is open to other users (mode \(String(mode, radix: 8)))", hint: "chmod 600 '\(path)'")
        }
    }

    private func invalid(_ what: String, hint: String?) -> FuncError {
        FuncError(.secretKeyInvalid, "the key of the secrets, '\(path)', \(what)", hint: hint)
    }
}
