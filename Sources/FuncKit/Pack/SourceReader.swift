import SystemPackage

/// Reads the files of a walked tree and makes sure that they still are what the walk saw.
struct SourceReader {
    private let root: FolderHandle
    private let isCancelled: () -> Bool
    private let report: ((PackProgress) -> Void)?
    private var progress: PackProgress
    private var buffer = [UInt8](repeating: 0, count: 1 << 17)

    /// Reads from the root of the tree.
    init(
        _ root: FolderHandle,
        _ entries: [SourceEntry],
        isCancelled: @escaping () -> Bool,
        report: ((PackProgress) -> Void)?
    ) {
        self.root = root
        self.isCancelled = isCancelled
        self.report = report
        progress = PackProgress(
            entries: 0,
            totalEntries: entries.count,
            bytes: 0,
            totalBytes: entries.reduce(0) { $0 + $1.size }
        )
    }

    /// Counts an entry as done.
    mutating func finishEntry() throws {
        progress.entries += 1
        report?(progress)
        guard !isCancelled() else { throw CancellationError() }
    }

    /// Hands all bytes of a file over, block by block.
    ///
    /// - Throws: ``FuncError`` `file_system` if the file cannot be read or is not the same any more.
    mutating func read(_ entry: SourceEntry, _ body: (ArraySlice<UInt8>) throws -> Void) throws {
        let file = try describe(entry) { () throws(Errno) in try root.file(entry.name.bytes) }
        try check(file, is: entry)
        var left = entry.size
        while left > 0 {
            let count = try describe(entry) { () throws(Errno) in try file.read(into: &buffer) }
            guard count > 0, count <= left else { throw Self.changed(entry) }
            try body(buffer[..<count])
            left -= count
            progress.bytes += count
            report?(progress)
            guard !isCancelled() else { throw CancellationError() }
        }
        try check(file, is: entry)
    }

    private func check(_ file: OpenFileHandle, is entry: SourceEntry) throws {
        let status = try describe(entry) { () throws(Errno) in try file.status() }
        guard status == entry.status else { throw Self.changed(entry) }
    }

    private func describe<Value>(_ entry: SourceEntry, _ body: () throws(Errno) -> Value) throws -> Value {
        do {
            return try body()
        } catch .noSuchFileOrDirectory {
            throw Self.changed(entry)
        } catch .tooManySymbolicLinkLevels {
            // There is a link in its place now.
            throw Self.changed(entry)
        } catch {
            throw FuncError(.fileSystem, "cannot read '\(entry.name.text)': \(error.reason)")
        }
    }

    private static func changed(_ entry: SourceEntry) -> FuncError {
        FuncError(
            .fileSystem,
            "'\(entry.name.text)' changed while it was packed",
            hint: "wait until nothing writes to the project, then try again"
        )
    }
}
