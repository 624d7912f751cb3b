import Foundation
import FuncKit
import FuncPlatform
import Testing

@testable import hks_func

@Suite struct LiveScreenTests {
    private let now = DevelopSamples.now

    private func screen(_ count: Int? = nil) -> LiveScreen {
        var screen = LiveScreen()
        for event in DevelopSamples.events.prefix(count ?? .max) { screen.take(event, now: now) }
        return screen
    }

    private func text(_ screen: LiveScreen, _ columns: Int, _ rows: Int, after seconds: Double = 0) -> String {
        let size = LiveScreen.Size(columns: columns, rows: rows)
        return screen.lines(size, now: now + seconds, timeZone: DevelopSamples.utc)
            .map { $0.text(TextStyle(isEnabled: false), columns: columns - 1) + "\n" }
            .joined()
    }

    @Test func `Looks the same at every size`() throws {
        var help = screen(15)
        _ = help.press(.character("?"))
        _ = help.press(.tab)
        let texts = [
            text(screen(6), 80, 24, after: 3), text(screen(15), 80, 24), text(screen(), 120, 40),
            text(screen(15), 40, 12), text(help, 80, 30), text(screen(), 20, 6), text(LiveScreen(), 80, 24),
        ]
        try Golden.expect(texts.joined(separator: "\n"), "terminal/develop-live")
    }

    @Test(arguments: [20, 33, 40, 80, 200], [6, 10, 24])
    func `Fits into the terminal`(_ columns: Int, _ rows: Int) {
        var screen = screen()
        for number in 0..<30 {
            let name = "function-with-a-long-name-\(number)-漢字"
            screen.take(.state(function: name, .failed(DevelopSamples.fault, serving: 12)), now: now)
            screen.take(.request(function: name, DevelopSamples.request("/漢字/\u{1B}[2J" + name)), now: now)
        }
        for key in "9?".map({ LiveKey.character($0) }) {
            _ = screen.press(key)
            let lines = text(screen, columns, rows).split(separator: "\n")
            #expect(lines.count <= max(3, rows / 2))
            #expect(lines.allSatisfy { DisplayText.width(String($0)) < columns })
            #expect(!lines.joined().unicodeScalars.contains("\u{1B}"))
        }
        #expect(text(screen, columns, 60).contains("› 9"))
    }

    @Test func `Keys ask for things`() {
        var screen = screen(9)
        #expect(screen.press(.character("r")) == .command(.rebuild(function: nil)))
        guard case .say = screen.press(.character("o")) else {
            Issue.record("opened one of several")
            return
        }
        _ = screen.press(.character("2"))
        #expect(screen.press(.character("o")) == .open("http://report.default.localhost:8788"))
        #expect(screen.press(.character("e")) == .command(.sendSample(function: "report", next: false)))
        #expect(screen.press(.character("E")) == .command(.sendSample(function: "report", next: true)))
        #expect(screen.press(.character("s")) == .command(.fireSchedule(function: "report")))
        #expect(screen.press(.character("r")) == .command(.rebuild(function: "report")))
        _ = screen.press(.tab)
        #expect(screen.selection == nil)
        _ = screen.press(.tab)
        #expect(screen.press(.character("s")) == .say("hello has no schedule to fire"))
        #expect(screen.press(.character("7")) == nil)
        #expect(screen.press(.character("q")) == .command(.quit))
        #expect(screen.press(.character("c")) == .clear)
        #expect(screen.calls.isEmpty)
    }

    @Test func `With one function, keys are about it`() {
        var screen = LiveScreen()
        #expect(screen.press(.character("o")) == nil)
        screen.take(.project(DevelopSamples.hello), now: now)
        #expect(screen.press(.character("o")) == .open("http://hello.default.localhost:8788"))
        #expect(screen.press(.character("1")) == nil)
    }

    @Test func `The level decides which lines scroll by`() {
        var screen = LiveScreen()
        let debug = DevelopEvent.log(function: "a", DevelopSamples.log("x", .debug))
        let info = DevelopEvent.log(function: "a", DevelopSamples.log("x"))
        let seen = (0..<6).map { _ in
            defer { _ = screen.press(.character("l")) }
            return "\(screen.level) \(screen.scrolls(debug)) \(screen.scrolls(info))"
        }
        #expect(
            seen == [
                "info false true", "warn false false", "error false false", "trace true true", "debug true true",
                "info false true",
            ]
        )
    }

    @Test func `A function with another name takes the place of the one before`() {
        var screen = screen(9)
        var renamed = DevelopSamples.hello
        renamed.function = "greeter"
        screen.take(.project(renamed), now: now)
        #expect(screen.rows.map(\.name) == ["greeter", "report"])
    }

    @Test(arguments: [
        ("r", [LiveKey.character("r")]), ("\t", [.tab]), ("\u{1B}[A\u{1B}[1;5Cq", [.character("q")]),
        ("\u{1B}OPl", [.character("l")]), ("\u{1B}q", []), ("\u{0C}\u{1C}", [.redraw, .abort]), ("é\u{01}", []),
    ])
    func `Bytes become keys`(_ bytes: String, _ keys: [LiveKey]) {
        var parser = LiveKeyParser()
        #expect(bytes.utf8.compactMap { parser.take($0) } == keys)
    }
}

@Suite struct DisplayTextTests {
    @Test(arguments: [
        ("abc", 3), ("漢字", 4), ("e\u{301}", 1), ("👍", 2), ("👩‍👩‍👧", 2), ("❤️", 2), ("", 0), ("ｱ", 1), ("한글", 4),
        ("…│─", 3),
    ])
    func `Knows how wide a text is`(_ text: String, _ width: Int) {
        #expect(DisplayText.width(text) == width)
    }

    @Test(arguments: [("abcdef", 4, "abc…"), ("abc", 3, "abc"), ("漢字漢", 4, "漢…"), ("abc", 0, ""), ("漢", 1, "…")])
    func `Cuts without cutting a character in two`(_ text: String, _ columns: Int, _ cut: String) {
        #expect(DisplayText.fit(text, columns) == cut)
    }
}
