import Foundation
import Glibc
import SystemPackage

/// The credentials of all contexts: one file each, which only its owner may read, in a folder that nobody else may enter.
public struct CredentialStore: Sendable {
    private static let lockTimeout = Duration.seconds(60)
    private static let maxBytes = 1 << 20

    private let folder: String

    /// Keeps them in the user's configuration folder.
    public init(_ directories: BaseDirectories) {
        folder = directories.tokens
    }

    /// File of a context's credential.
    public func path(for context: String) -> String { folder + "/" + PercentEncoding.encode(context) }

    /// What logins of the local platform are for: its data, wherever it listens today.
    public static func localOrigin(dataFolder: String) -> String { "local platform in \(dataFolder)" }

    /// The credential of a context; nil where nobody is logged in.
    /// - Throws: `file_system` where the file cannot be read, `config_invalid` where it is damaged.
    public func read(_ context: String) throws -> StoredCredential? {
        let path = path(for: context)
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            return nil
        } catch {
            throw FuncError(
                .fileSystem,
                "cannot read the login of context '\(context)' in '\(path)'",
                because: error
            )
        }
        do {
            guard data.count <= Self.maxBytes else { throw FuncError(.configInvalid, "too long") }
            // Older versions wrote the bare token.
            guard data.first == UInt8(ascii: "{") else {
                return try StoredCredential(kind: .token, origin: nil, text: String(decoding: data, as: UTF8.self))
            }
            return try JSONDecoder.functionAPI.decode(StoredCredential.self, from: data)
        } catch {
            // The reason may quote the file, and so a token.
            throw FuncError(
                .configInvalid,
                "the login of context '\(context)' in '\(path)' is damaged",
                hint: "run 'hks-func login -c \(context)'"
            )
        }
    }

    /// Replaces the credential of a context, all at once.
    /// - Throws: `file_system`, `no_space`.
    public func write(_ credential: StoredCredential, for context: String) throws {
        let data: Data
        do {
            data = try JSONEncoder.functionAPI.encode(credential)
        } catch {
            throw FuncError(.internalError, "cannot write the login of context '\(context)' as JSON")
        }
        try PrivateFile.write(data + Data("\n".utf8), to: path(for: context))
        try close()
    }

    /// Removes the credential of a context; false where there was none.
    /// - Throws: `file_system`.
    @discardableResult
    public func remove(_ context: String) throws -> Bool {
        let isThere = FileManager.default.fileExists(atPath: path(for: context))
        try PrivateFile.remove(path(for: context))
        return isThere
    }

    /// A folder that was there before may be open to others.
    private func close() throws {
        guard chmod(folder, 0o700) == 0 else {
            throw FuncError(
                .fileSystem,
                "cannot close '\(folder)' to others",
                cause: Errno(rawValue: errno).description
            )
        }
    }

    /// Runs `body` while no other process, and no other task, changes credentials.
    /// - Throws: `timed_out` where another one does not end, `file_system`, what `body` throws.
    public func exclusively<T: Sendable>(_ body: @Sendable () async throws -> T) async throws -> T {
        let file = try openLock()
        defer {
            // Closing alone would not do: a child that is being started shares the file until it runs its program.
            flock(file, LOCK_UN)
            Glibc.close(file)
        }
        let end = ContinuousClock.now + Self.lockTimeout
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw lockFailure() }
            guard ContinuousClock.now < end else {
                throw FuncError(.timedOut, "another hks-func has kept '\(lockPath)' locked for a minute")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        return try await body()
    }

    private var lockPath: String { folder + "/.lock" }

    private func openLock() throws -> Int32 {
        try PrivateFolder.make(folder, as: "the folder")
        let file = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw lockFailure() }
        return file
    }

    private func lockFailure() -> FuncError {
        FuncError(.fileSystem, "cannot lock '\(lockPath)'", cause: Errno(rawValue: errno).description)
    }
}
