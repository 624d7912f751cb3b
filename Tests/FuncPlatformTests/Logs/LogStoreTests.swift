import Foundation
import FuncKit
import FuncPlatform
import TestSupport
import Testing

@Suite struct LogStoreTests {
    private let folder: TemporaryFolder
    private let stream = LogStream.function(id: "f1")

    init() throws {
        folder = try TemporaryFolder("logs")
    }

    @Test func `reads back what was appended, in order and numbered`() async throws {
        let store = store()
        let entry = LogEntry(
            timestamp: Date(timeIntervalSince1970: 1_750_000_000.25),
            level: .warn,
            message: "line\nwith \u{1B} and \u{0} and ü",
            instance: "i",
            version: 2,
            requestID: "r",
            traceID: "t",
            fields: ["a": "b"]
        )
        store.append([entry, line("second")], to: stream)
        store.append([line("third")], to: stream)
        let read = try await store.read(stream, query: LogQuery())
        var expected = entry
        expected.sequence = 1
        #expect(read.first == expected)
        #expect(read.map(\.message).suffix(2) == ["second", "third"])
        #expect(read.map(\.sequence) == [1, 2, 3])
    }

    @Test func `selects by time, level, version and request, and takes the newest`() async throws {
        let store = store()
        var entries: [LogEntry] = []
        for number in 0..<10 {
            var entry = LogEntry(timestamp: Date(timeIntervalSince1970: Double(1000 + number)), message: "\(number)")
            entry.level = number % 2 == 0 ? .info : .error
            entry.version = number < 5 ? 1 : 2
            entry.requestID = number == 3 ? "abc" : nil
            entries.append(entry)
        }
        store.append(entries, to: stream)
        func read(_ query: LogQuery) async throws -> String {
            try await store.read(stream, query: query).map(\.message).joined()
        }
        #expect(try await read(LogQuery(since: Date(timeIntervalSince1970: 1007))) == "789")
        #expect(try await read(LogQuery(until: Date(timeIntervalSince1970: 1002))) == "01")
        #expect(try await read(LogQuery(limit: 2, level: .error)) == "79")
        #expect(try await read(LogQuery(limit: 0)) == "")
        #expect(try await read(LogQuery(version: 2)) == "56789")
        #expect(try await read(LogQuery(requestID: "abc")) == "3")
    }

    @Test func `finds lines in a file whose time of change lags behind`() async throws {
        let store = store()
        store.append([line("first")], to: stream)
        try await store.flush()
        let written = Date(timeIntervalSince1970: 1_750_000_000)
        for path in try segments("f1/function") {
            let changed = written.addingTimeInterval(-0.004)
            try FileManager.default.setAttributes([.modificationDate: changed], ofItemAtPath: path)
        }
        #expect(try await store.read(stream, query: LogQuery(since: written)).map(\.message) == ["first"])
    }

    @Test func `reads nothing, and makes nothing, where nothing was written`() async throws {
        #expect(try await store().read(stream, query: LogQuery()).isEmpty)
        #expect(!FileManager.default.fileExists(atPath: folder.path("f1")))
    }

    @Test func `numbers on after a restart and cuts off a torn last line`() async throws {
        let first = store()
        first.append([line("one"), line("two")], to: stream)
        try await first.flush()
        let path = try #require(segments("f1/function").first)
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data(#"{"level":"info","message":"to"#.utf8))
        try file.close()

        let second = store()
        #expect(try await second.read(stream, query: LogQuery()).map(\.message) == ["one", "two"])
        second.append([line("three")], to: stream)
        let read = try await second.read(stream, query: LogQuery())
        #expect(read.map(\.message) == ["one", "two", "three"])
        #expect(read.map(\.sequence) == [1, 2, 3])
    }

    @Test func `rotates and keeps the newest lines within the cap`() async throws {
        let store = store(maxBytes: 40_000)
        for block in 0..<50 {
            store.append((0..<20).map { line("\(block * 20 + $0)") }, to: stream)
            try await store.flush()
        }
        let paths = try segments("f1/function")
        let total = try paths.reduce(0) { try $0 + Data(contentsOf: URL(fileURLWithPath: $1)).count }
        #expect(paths.count > 1)
        #expect(total <= 40_000)
        let read = try await store.read(stream, query: LogQuery())
        #expect(read.last?.sequence == 1000)
        let sequences = read.compactMap(\.sequence)
        #expect(sequences == Array((1000 - sequences.count + 1)...1000))
        #expect(sequences.count > 200)

        let again = self.store(maxBytes: 40_000)
        again.append([line("next")], to: stream)
        #expect(try await again.read(stream, query: LogQuery(limit: 1)).first?.sequence == 1001)
    }

    @Test func `reads lines longer than a block`() async throws {
        let store = store()
        let long = String(repeating: "\u{1}", count: 100_000)
        store.append([line("a"), line(long), line("b")], to: stream)
        #expect(try await store.read(stream, query: LogQuery(limit: 2)).map(\.message) == [long, "b"])
        var followed: [String] = []
        for try await entry in store.follow(stream, query: LogQuery()) {
            followed.append(entry.message)
            if followed.count == 3 { break }
        }
        #expect(followed == ["a", long, "b"])
    }

    @Test func `counts what does not fit into memory`() async throws {
        let store = store(maxPendingBytes: 2000)
        store.append((0..<100).map { line("\($0)") }, to: stream)
        let read = try await store.read(stream, query: LogQuery())
        let notice = try #require(read.last)
        #expect(read.count < 20)
        #expect(notice.source == "platform")
        #expect(notice.level == .warn)
        #expect(notice.message.hasPrefix("\(100 - (read.count - 1)) log lines were dropped"))
    }

    @Test func `counts what the disk refuses and goes on when it can`() async throws {
        let store = store()
        try folder.write("in the way", to: "f1")
        store.append([line("lost"), line("too")], to: stream)
        await #expect(throws: Never.self) { try await store.flush() }
        try FileManager.default.removeItem(atPath: folder.path("f1"))
        store.append([line("kept")], to: stream)
        let read = try await store.read(stream, query: LogQuery())
        #expect(read.map(\.message).first == "kept")
        #expect(read.last?.message.hasPrefix("2 log lines were dropped: the log could not be written") == true)
    }

    @Test func `removes all logs of a function for good`() async throws {
        let store = store()
        let build = LogStream.build(functionID: "f1", versionID: "v1")
        store.append([line("a")], to: stream)
        store.append([line("b")], to: build)
        store.append([line("c")], to: .function(id: "f2"))
        try await store.flush()
        await store.remove(functionID: "f1")
        store.append([line("late")], to: stream)
        try await store.flush()
        #expect(!FileManager.default.fileExists(atPath: folder.path("f1")))
        #expect(try await store.read(stream, query: LogQuery()).isEmpty)
        #expect(try await store.read(.function(id: "f2"), query: LogQuery()).count == 1)
    }

    @Test func `ids cannot leave the folder`() async throws {
        let store = store()
        store.append([line("a")], to: .function(id: "../../evil"))
        try await store.flush()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["%2E%2E%2F%2E%2E%2Fevil"])
    }

    private func store(maxBytes: Int = 1 << 20, maxPendingBytes: Int = 8 << 20) -> LogStore {
        LogStore(folder: folder.path, maxBytesPerLog: maxBytes, maxPendingBytes: maxPendingBytes)
    }

    private func segments(_ name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path(name)).sorted().map {
            folder.path(name) + "/" + $0
        }
    }
}

private func line(_ message: String) -> LogEntry {
    LogEntry(timestamp: Date(timeIntervalSince1970: 1_750_000_000), message: message)
}
