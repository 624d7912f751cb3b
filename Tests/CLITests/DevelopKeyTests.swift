import Foundation
import TestSupport
import Testing

/// Presses keys while a function is developed on a real terminal.
@Suite struct DevelopKeyTests {
    @Test func `a new function is sent its sample, the next one and what is wrong with it`() async throws {
        try await CommandLineFixture.with { fixture in
            let made = try await fixture.run("init", "hello", "-r", "python", "-t", "http", "--defaults")
            try #require(made.status == 0, "\(made.error)")
            let events = fixture.workFolder + "/hello/events"
            try Self.write(#"{"request": {"query": {"name": "Grace"}}}"#, to: events + "/second.json")
            let terminal = Terminal(fixture)
            try await terminal.open("bash --norc --noprofile")
            do {
                try await terminal.type(
                    "cd '\(fixture.workFolder)/hello'; clear; printf 'ready-%s\\n' 2",
                    until: "ready-2"
                )
                try await terminal.type("\(CommandLineFixture.program) develop; echo status-$?", until: "ready v1")
                try await terminal.press("e")
                try await eventually("the first sample and what it led to") {
                    let screen = try await terminal.screen()
                    let sent = "sent 'events/request.json' (1 of 2, E for the next): answered 200"
                    return screen.contains(sent) && screen.contains("greeting Ada")
                }
                try await terminal.press("E")
                try await eventually("the second sample") {
                    let screen = try await terminal.screen()
                    return screen.contains("sent 'events/second.json' (2 of 2") && screen.contains("greeting Grace")
                }
                try Self.write(#"{"request": {"pth": "/"}}"#, to: events + "/third.json")
                try await terminal.press("E")
                try await eventually("the fault") {
                    try await terminal.screen().contains("events/third.json:1:14: the key 'pth' is not known here")
                }
                try await terminal.press("q")
                try await eventually("the end") { try await terminal.screen().contains("status-0") }
            } catch {
                try? await terminal.close()
                throw error
            }
            try await terminal.close()
        }
    }

    private static func write(_ text: String, to file: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    }
}
