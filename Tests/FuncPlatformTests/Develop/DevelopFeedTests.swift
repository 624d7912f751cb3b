import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

struct DevelopFeedTests {
    private func texts(_ feed: DevelopFeed) async -> [String] {
        var texts: [String] = []
        for await event in feed.events {
            switch event {
            case .log(_, let entry): texts.append(entry.message)
            case .state(_, .ready(let version)): texts.append("ready v\(version)")
            case .warning(_, let text): texts.append(text)
            default: texts.append("other")
            }
        }
        return texts
    }

    @Test func `lines beyond the limit are counted, states never dropped`() async {
        let feed = DevelopFeed(maxPassing: 2)
        for number in 1...5 { feed.send(.log(function: "a", LogEntry(timestamp: nil, message: "line \(number)"))) }
        for number in 1...3 { feed.send(.state(function: "a", .ready(version: number))) }
        feed.finish()
        #expect(
            await texts(feed) == [
                "line 1", "line 2", "ready v1", "ready v2", "ready v3",
                "3 requests and log lines came too fast to be shown",
            ]
        )
    }

    private func line(_ text: String, version: Int?) -> DevelopEvent {
        .log(function: "a", LogEntry(timestamp: nil, message: text, version: version))
    }

    @Test func `lines of a start are told once it answers, those of the version before at once`() async {
        let feed = DevelopFeed()
        feed.send(.state(function: "a", .building))
        feed.send(line("first", version: 1))
        feed.send(.state(function: "a", .ready(version: 1)))
        feed.send(.state(function: "a", .building))
        feed.send(line("new", version: 2))
        feed.send(line("old", version: 1))
        feed.send(line("nobody's", version: nil))
        feed.send(.state(function: "a", .starting))
        feed.send(line("newer", version: 2))
        feed.send(.state(function: "a", .ready(version: 2)))
        feed.finish()
        #expect(
            await texts(feed) == [
                "other", "first", "ready v1", "other", "old", "nobody's", "other", "new", "newer", "ready v2",
            ]
        )
    }

    @Test func `lines of a start that fails are left to its error, however late they come`() async {
        let feed = DevelopFeed()
        feed.send(.state(function: "a", .ready(version: 1)))
        feed.send(.state(function: "a", .building))
        feed.send(line("traceback", version: 2))
        feed.send(.state(function: "a", .failed(FuncError(.readinessFailed, "no"), serving: 1)))
        feed.send(line("more of it", version: 2))
        feed.send(line("still here", version: 1))
        feed.send(.state(function: "a", .building))
        feed.send(line("late", version: 2))
        feed.send(line("good", version: 3))
        feed.send(.state(function: "a", .ready(version: 3)))
        feed.finish()
        #expect(await texts(feed) == ["ready v1", "other", "other", "still here", "other", "good", "ready v3"])
    }

    @Test func `a start that takes its time is heard`() async throws {
        let clock = ManualClock()
        let feed = DevelopFeed(clock: clock)
        feed.send(.state(function: "a", .building))
        feed.send(line("waiting for the database", version: 1))
        try await eventually("the line waits") { clock.sleepers == 1 }
        clock.advance(by: .seconds(1))
        var events = feed.events.makeAsyncIterator()
        guard case .state(_, .building) = await events.next(), case .log(_, let entry) = await events.next() else {
            Issue.record("neither the state nor the line")
            return
        }
        #expect(entry.message == "waiting for the database")
        feed.send(line("still waiting", version: 1))
        feed.finish()
        guard case .log(_, let next) = await events.next() else {
            Issue.record("no second line")
            return
        }
        #expect(next.message == "still waiting")
    }

    @Test func `a reader that waits gets events as they come, until the end`() async {
        let feed = DevelopFeed()
        async let read = texts(feed)
        feed.send(.state(function: "a", .ready(version: 1)))
        feed.send(.log(function: "a", LogEntry(timestamp: nil, message: "hello")))
        feed.finish()
        feed.send(.state(function: "a", .ready(version: 2)))
        #expect(await read == ["ready v1", "hello"])
    }
}
