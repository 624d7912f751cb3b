import Foundation
import FuncKit
import GRDB

/// The platform's database: desired state that outlives every crash.
///
/// Stores read and write through it, so that each change is one transaction and a disk's refusal gets a name.
final class Registry: Sendable {
    private let pool: DatabasePool

    private init(pool: DatabasePool) {
        self.pool = pool
    }

    /// Opens or creates the database at `path` and brings its schema up to date.
    ///
    /// What cannot be read is left alone, byte for byte. Where `isDurable` is false, a loss of power may take the last
    /// changes back, and nothing but that may.
    /// - Throws: `database_corrupt` for a file that is no database, is damaged or was written by a newer program;
    ///   `no_space`.
    static func open(path: String, isDurable: Bool = true) throws -> Registry {
        do {
            if FileManager.default.fileExists(atPath: path) {
                try inspect(path: path)
            }
            let pool = try DatabasePool(path: path, configuration: configuration())
            // GRDB relaxes this for WAL; an answered write must survive a power cut.
            try pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = \(isDurable ? "FULL" : "OFF")")
            }
            try RegistrySchema.migrator.migrate(pool)
            // The database holds the environments of functions.
            for file in [path, path + "-wal", path + "-shm"] where FileManager.default.fileExists(atPath: file) {
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
            }
            return Registry(pool: pool)
        } catch let error as DatabaseError {
            throw translated(error, path: path)
        }
    }

    /// Closes the database; later calls fail.
    func close() throws {
        try pool.close()
    }

    /// Reads a consistent state.
    func read<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws -> T {
        do {
            return try await pool.read(body)
        } catch let error as DatabaseError {
            throw Self.translated(error, path: pool.path)
        }
    }

    /// Runs one transaction and returns after its commit is on disk.
    func write<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws -> T {
        do {
            return try await pool.write(body)
        } catch let error as DatabaseError {
            throw Self.translated(error, path: pool.path)
        }
    }

    /// Where the database is.
    var path: String { pool.path }

    /// Finds out whether the database can be written, by writing to it.
    /// - Throws: what keeps it from being written.
    func probe() async throws {
        try await write { database in
            try database.execute(
                sql: """
                    INSERT INTO probe (id, writtenAt) VALUES (1, strftime('%Y-%m-%d %H:%M:%f', 'now'))
                    ON CONFLICT (id) DO UPDATE SET writtenAt = excluded.writtenAt
                    """
            )
        }
    }

    /// Looks whether the database at `path` is sound, without changing it.
    /// - Throws: `database_corrupt`, or what keeps it from being opened.
    static func check(path: String) throws {
        do {
            try inspect(path: path)
        } catch let error as DatabaseError {
            throw translated(error, path: path)
        }
    }

    private static func configuration(readonly: Bool = false) -> Configuration {
        var configuration = Configuration()
        configuration.label = "registry"
        configuration.readonly = readonly
        configuration.busyMode = .timeout(5)
        return configuration
    }

    /// Reads the file without changing it, before anything that would write to it.
    private static func inspect(path: String) throws {
        let queue = try DatabaseQueue(path: path, configuration: configuration(readonly: true))
        try queue.read { database in
            let verdict = try String.fetchOne(database, sql: "PRAGMA quick_check(1)")
            guard verdict == "ok" else {
                throw corrupt("the platform's database '\(path)' is damaged", cause: verdict)
            }
            guard try !RegistrySchema.migrator.hasBeenSuperseded(database) else {
                throw corrupt("the platform's database '\(path)' was written by a newer hks-func")
            }
        }
        try queue.close()
    }

    private static func translated(_ error: DatabaseError, path: String) -> any Error {
        switch error.resultCode {
        case .SQLITE_NOTADB:
            corrupt("'\(path)' is not a database of this platform", cause: error.message)
        case .SQLITE_CORRUPT:
            corrupt("the platform's database '\(path)' is damaged", cause: error.message)
        case .SQLITE_FULL:
            FuncError(
                .noSpace,
                "no space left on the disk that holds '\(path)'",
                hint: "free some space; nothing was changed",
                cause: error.message
            )
        default:
            error
        }
    }

    private static func corrupt(_ message: String, cause: String? = nil) -> FuncError {
        FuncError(
            .databaseCorrupt,
            message,
            hint: "copy the file if you need what is in it, then run 'hks-func platform reset' to start afresh",
            cause: cause
        )
    }
}
