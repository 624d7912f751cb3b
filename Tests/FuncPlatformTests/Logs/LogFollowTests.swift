import Foundation
import FuncKit
import FuncPlatform
import Synchronization
import TestSupport
import Testing

@Suite struct LogFollowTests {
    private let folder: TemporaryFolder
    private let stream = LogStream.function(id: "f1")

    init() throws {
        folder = try TemporaryFolder("follow")
    }

    @Test(arguments: [nil, 5])
    func `follows without a gap or a repeat while lines are written`(limit: Int?) async throws {
        let store = store()
        store.append(lines(1...1000), to: stream)
        let stream = stream
        let seen = Mutex<[Int]>([])
        let follower = Task {
            for try await entry in store.follow(stream, query: LogQuery(limit: limit)) {
                let count = seen.withLock { seen in
                    seen.append(entry.sequence ?? 0)
                    return seen.last
                }
                if count == 5000 { return }
            }
        }
        for block in 10..<50 {
            store.append(lines((block * 100 + 1)...(block * 100 + 100)), to: stream)
            await Task.yield()
        }
        try await follower.value
        let sequences = seen.withLock { $0 }
        let first = try #require(sequences.first)
        #expect(sequences == Array(first...5000))
        if limit == nil { #expect(first == 1) } else { #expect(first >= 996) }
    }

    @Test func `shows only what the query selects`() async throws {
        let store = store()
        let build = LogStream.build(functionID: "f1", versionID: "v1")
        let follow = store.follow(build, query: LogQuery(level: .error))
        let collected = Task { try await follow.reduce(into: [String]()) { $0.append($1.message) } }
        for number in 1...4 {
            store.append(
                [LogEntry(timestamp: Date(), level: number % 2 == 0 ? .error : .info, message: "\(number)")],
                to: build
            )
        }
        store.finish(build)
        #expect(try await collected.value == ["2", "4"])
    }

    @Test func `a finished build log ends its followers, now, later and after a restart`() async throws {
        let build = LogStream.build(functionID: "f1", versionID: "v1")
        let first = store()
        let live = Task { [follow = first.follow(build, query: LogQuery())] in
            try await follow.reduce(0) { n, _ in n + 1 }
        }
        first.append(lines(1...3), to: build)
        first.finish(build)
        #expect(try await live.value == 3)
        #expect(try await first.follow(build, query: LogQuery()).reduce(0) { n, _ in n + 1 } == 3)
        #expect(try await store().follow(build, query: LogQuery()).reduce(0) { n, _ in n + 1 } == 3)
    }

    @Test func `a log that goes on after its end can be finished again`() async throws {
        let build = LogStream.build(functionID: "f1", versionID: "v1")
        let store = store()
        store.append(lines(1...1), to: build)
        store.finish(build)
        store.append(lines(2...2), to: build)
        try await store.flush()
        let live = Task { [follow = store.follow(build, query: LogQuery())] in
            try await follow.reduce(0) { n, _ in n + 1 }
        }
        store.append(lines(3...3), to: build)
        store.finish(build)
        #expect(try await live.value == 3)
    }

    @Test func `deleting the function ends its followers`() async throws {
        let store = store()
        store.append(lines(1...1), to: stream)
        let stream = stream
        let hasBegun = Mutex(false)
        let follower = Task {
            for try await _ in store.follow(stream, query: LogQuery()) { hasBegun.withLock { $0 = true } }
        }
        try await eventually("the first line") { hasBegun.withLock { $0 } }
        await store.remove(functionID: "f1")
        try await follower.value
    }

    @Test func `cancelling ends a follower that waits`() async throws {
        let store = store()
        let stream = stream
        let follower = Task { for try await _ in store.follow(stream, query: LogQuery()) {} }
        follower.cancel()
        try await follower.value
    }

    @Test func `tells a slow follower what rotation took from it`() async throws {
        let store = store(maxBytes: 16_000)
        store.append(lines(1...10), to: stream)
        var follower = store.follow(stream, query: LogQuery()).makeAsyncIterator()
        #expect(try await follower.next()?.sequence == 1)
        for block in 1..<100 {
            store.append(lines((block * 10 + 1)...(block * 10 + 10)), to: stream)
            try await store.flush()
        }
        for _ in 2...10 { _ = try await follower.next() }
        let notice = try #require(try await follower.next())
        let resumed = try #require(try await follower.next()?.sequence)
        #expect(notice.message == "\(resumed - 11) log lines were removed before they could be read")
        #expect(notice.source == "platform")
    }

    private func store(maxBytes: Int = 8 << 20) -> LogStore {
        LogStore(folder: folder.path, maxBytesPerLog: maxBytes)
    }

    private func lines(_ numbers: ClosedRange<Int>) -> [LogEntry] {
        numbers.map { LogEntry(timestamp: Date(timeIntervalSince1970: 1_750_000_000), message: "line \($0)") }
    }
}
