import FuncKit
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
