import Crypto
import Foundation
import FuncKit
import NIOCore
import NIOPosix

/// Source archives on disk, under the digest of their bytes.
///
/// An upload grows in `incoming/` and is moved to its final name only when all its bytes are there and have the digest
/// that it was announced under; what was received of a broken one is kept, so that the client can go on. Uploads of
/// different holders never meet: nobody can finish what someone else began without having the bytes.
actor ArtifactStore {
    private let folder: String
    private let maxBytes: Int
    private let isDurable: Bool
    let sources: SourceStore
    private let threads: NIOThreadPool
    private let locks = KeyedLock()
    /// The upload that may write to each unfinished file; a newer one takes over from one whose client has gone.
    private var writers: [String: UInt64] = [:]
    private var lastWriter: UInt64 = 0

    /// Keeps files below `folder`; an archive is on disk before it counts as stored unless `isDurable` is false.
    init(
        folder: String,
        maxBytes: Int,
        isDurable: Bool = true,
        sources: SourceStore,
        threads: NIOThreadPool = .singleton
    ) {
        self.folder = folder
        self.maxBytes = maxBytes
        self.isDurable = isDurable
        self.sources = sources
        self.threads = threads
    }

    /// Where the archive with this digest lies, whether it is there or not.
    nonisolated func path(of digest: String) -> String {
        "\(folder)/sha256/\(digest.prefix(2))/\(digest)"
    }

    /// Whether an archive is there; asking for it keeps it from being collected for a while.
    func contains(_ digest: String) async throws -> Bool {
        try await locks.withLock(digest) { [self] in
            guard let size = try await onThread({ DurableFile.size(of: $0) }, path(of: digest)) else {
                try await sources.forget(digest)
                return false
            }
            try await sources.touch(digest, size: size)
            return true
        }
    }

    /// Bytes that are there of a holder's broken upload.
    func received(_ digest: String, holder: String? = nil) async throws -> Int {
        try await onThread({ DurableFile.size(of: $0) }, partial(of: digest, holder)) ?? 0
    }

    /// Length of an archive; nil where it is not there.
    func size(of digest: String) async throws -> Int? {
        guard Digest.isValid(digest) else { return nil }
        return try await onThread({ DurableFile.size(of: $0) }, path(of: digest))
    }

    /// Takes the bytes from `range.start` on, and the archive once it is whole.
    ///
    /// A `holder` sends all bytes even if they are there already, which shows that they have them.
    /// - Returns: what is there afterwards.
    /// - Throws: `archive_invalid` where the digest is another one, `conflict` with the offset to go on from,
    ///   `source_too_large`, `no_space`.
    func receive<Body: AsyncSequence & Sendable>(
        _ digest: String,
        range: UploadRange,
        body: Body,
        holder: String? = nil
    ) async throws -> UploadOutcome where Body.Element == ByteBuffer {
        if let total = range.total, total > maxBytes { throw tooLarge(total) }
        if holder == nil, try await contains(digest) { return .present }
        let path = partial(of: digest, holder)
        lastWriter += 1
        let writer = lastWriter
        writers[path] = writer
        defer { if writers[path] == writer { writers[path] = nil } }
        var offset = try await begin(digest, in: path, at: range.start)
        for try await buffer in body where buffer.readableBytes > 0 {
            guard writers[path] == writer else {
                throw FuncError(.conflict, "another upload of source '\(digest)' took over")
            }
            let end = offset + buffer.readableBytes
            if end > maxBytes { throw tooLarge(end) }
            if let limit = range.end, end > limit {
                throw FuncError(.invalidArgument, "the body is longer than its 'Content-Range' says")
            }
            try await append(Data(buffer.readableBytesView), at: offset, to: path)
            offset = end
        }
        if let end = range.end, offset < end {
            throw FuncError(.invalidArgument, "the body is shorter than its 'Content-Range' says")
        }
        if let total = range.total, offset < total { return .partial(received: offset) }
        let outcome = try await finish(digest, from: path)
        if let holder { try await sources.note(holder: holder, of: digest) }
        return outcome
    }

    /// A new folder for files that may become sources; whoever asks for one removes it, or a later start does.
    nonisolated func makeStagingFolder() async throws -> String {
        let path = "\(folder)/incoming/\(UUID().uuidString)"
        try await onThread(
            { try FileManager.default.createDirectory(atPath: $0, withIntermediateDirectories: true) },
            path
        )
        return path
    }

    /// Removes a staging folder and what is left in it.
    nonisolated func removeStagingFolder(_ path: String) async throws {
        try await remove(path)
    }

    /// Takes a finished archive from a staging folder under the digest of its bytes, which is the answer.
    /// - Throws: `source_too_large`, `no_space`.
    func adopt(_ staged: String) async throws -> String {
        let (digest, size) = try await onThread({ (try Self.digest(of: $0), DurableFile.size(of: $0) ?? 0) }, staged)
        guard size <= maxBytes else { throw tooLarge(size) }
        guard try await !contains(digest) else { return digest }
        try await locks.withLock(digest) { [self] in
            try await store(staged, as: digest)
        }
        return digest
    }

    /// Largest archive that is taken.
    nonisolated var limit: Int { maxBytes }

    /// Removes what no version uses any more. Returns the number of archives removed.
    func collectGarbage() async throws -> Int {
        var count = 0
        for digest in try await sources.unused() {
            let removed = try await locks.withLock(digest) { [self] in
                guard try await sources.forgetIfUnused(digest) else { return false }
                try await remove(path(of: digest))
                return true
            }
            if removed { count += 1 }
        }
        return count
    }

    /// Removes unfinished uploads that nobody went on with for a day.
    func removeStaleUploads(now: Date = Date()) async throws {
        let incoming = folder + "/incoming"
        try await onThread(
            { incoming in
                let files = FileManager.default
                guard files.fileExists(atPath: incoming) else { return }
                for name in try files.contentsOfDirectory(atPath: incoming) {
                    let path = incoming + "/" + name
                    let changed = try files.attributesOfItem(atPath: path)[.modificationDate] as? Date
                    if let changed, now.timeIntervalSince(changed) < 86_400 { continue }
                    try files.removeItem(atPath: path)
                }
            },
            incoming
        )
    }

    // MARK: - Steps

    private nonisolated func partial(of digest: String, _ holder: String?) -> String {
        let owner = holder.map { ".\(Digest.sha256(Data($0.utf8)).prefix(16))" } ?? ""
        return "\(folder)/incoming/\(digest)\(owner).part"
    }

    private func begin(_ digest: String, in path: String, at start: Int) async throws -> Int {
        let size = try await onThread({ DurableFile.size(of: $0) }, path) ?? 0
        guard start == 0 || start == size else {
            throw FuncError(
                .conflict,
                "upload of source '\(digest)' goes on at byte \(size), not at \(start)",
                details: ["offset: \(size)"]
            )
        }
        try await onThread(
            { path in
                let parent = (path as NSString).deletingLastPathComponent
                try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
                try DurableFile.write(Data(), at: 0, to: path)
                if start == 0 { try DurableFile.truncate(path, to: 0) }
            },
            path
        )
        return start
    }

    private func append(_ bytes: Data, at offset: Int, to path: String) async throws {
        do {
            try await onThread({ try DurableFile.write(bytes, at: offset, to: $0) }, path)
        } catch let error as FuncError where error.code == .noSpace {
            // A disk that is full cannot recover while we hold on to half an archive.
            try await remove(path)
            throw error
        }
    }

    private func finish(_ digest: String, from path: String) async throws -> UploadOutcome {
        try await locks.withLock(digest) { [self] in
            let actual = try await onThread({ try Self.digest(of: $0) }, path)
            guard actual == digest else {
                try await remove(path)
                throw FuncError(
                    .archiveInvalid,
                    "the uploaded bytes have the digest '\(actual)', not '\(digest)'",
                    hint: "upload the archive again from its first byte"
                )
            }
            try await store(path, as: digest)
            return .stored
        }
    }

    private func store(_ file: String, as digest: String) async throws {
        let target = path(of: digest)
        let size = try await onThread(
            { [isDurable] file in
                let parent = (target as NSString).deletingLastPathComponent
                try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
                try DurableFile.publish(file, as: target, synchronizes: isDurable)
                return DurableFile.size(of: target) ?? 0
            },
            file
        )
        try await sources.touch(digest, size: size)
    }

    private nonisolated func remove(_ path: String) async throws {
        try await onThread(
            { path in
                guard FileManager.default.fileExists(atPath: path) else { return }
                try FileManager.default.removeItem(atPath: path)
            },
            path
        )
    }

    private nonisolated func onThread<T: Sendable>(
        _ body: @escaping @Sendable (String) throws -> T,
        _ path: String
    ) async throws -> T {
        try await threads.runIfActive { try body(path) }
    }

    private nonisolated func tooLarge(_ size: Int) -> FuncError {
        FuncError(
            .sourceTooLarge,
            "the source has \(size) bytes, more than the \(maxBytes) that are accepted",
            hint: "leave out what the function does not need with '.funcignore'"
        )
    }

    private static func digest(of path: String) throws -> String {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? file.close() }
        var hash = SHA256()
        while let chunk = try file.read(upToCount: 1 << 20), !chunk.isEmpty {
            hash.update(data: chunk)
        }
        return Digest.hex(hash.finalize())
    }
}

/// Which bytes of an archive a request brings.
struct UploadRange: Sendable, Hashable {
    /// First byte.
    var start: Int
    /// Byte after the last; nil where the body tells.
    var end: Int?
    /// Length of the archive; nil where the body ends with it.
    var total: Int?

    /// The whole archive, of a length that may be known.
    static func whole(length: Int?) -> UploadRange {
        UploadRange(start: 0, end: length, total: length)
    }

    /// Reads a `Content-Range` header field (RFC 9110, section 14.4).
    /// - Throws: `invalid_argument`.
    init(contentRange text: String) throws {
        let invalid = FuncError(.invalidArgument, "'Content-Range: \(text)' is not of the form 'bytes 0-99/200'")
        guard text.hasPrefix("bytes ") else { throw invalid }
        let parts = text.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let total = Int(parts[1]) else { throw invalid }
        let bounds = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2, let first = Int(bounds[0]), let last = Int(bounds[1]), first >= 0, first <= last,
            last < total
        else { throw invalid }
        self.init(start: first, end: last + 1, total: total)
    }

    /// Names the bytes.
    init(start: Int, end: Int?, total: Int?) {
        self.start = start
        self.end = end
        self.total = total
    }
}

/// What is there after an upload.
enum UploadOutcome: Sendable, Hashable {
    /// The archive was there before.
    case present
    /// The archive is complete now.
    case stored
    /// So many bytes from its beginning.
    case partial(received: Int)
}
