import Foundation
import TestSupport
import Testing

/// Types a secret on a real terminal.
@Suite struct SecretPromptTests {
    @Test func `what is typed is not shown, and the terminal is as before afterwards`() async throws {
        try await CommandLineFixture.with { fixture in
            let terminal = Terminal(fixture)
            try await terminal.open("bash --norc --noprofile")
            do {
                let command = "\(CommandLineFixture.program) secrets set db-password --dry-run"
                try await terminal.type("clear; \(command)", until: "Value of 'db-password'")
                try await terminal.type("hunterX\u{7F}2", until: "The same again")
                try await terminal.type("hunter2", until: "would set secret 'db-password'")
                try await terminal.type("stty -a | grep -wo 'echo' | sed 's/^/now-/'", until: "now-echo")
                #expect(try await !terminal.screen().contains("hunter"))

                try await terminal.type("clear; \(command); echo status-$?", until: "Value of 'db-password'")
                try await terminal.press("hunter3", "C-c")
                try await eventually("the end of the command") { try await terminal.screen().contains("status-130") }
                try await terminal.type("stty -a | grep -wo 'isig' | sed 's/^/now-/'", until: "now-isig")
                #expect(try await !terminal.screen().contains("hunter"))
            } catch {
                try? await terminal.close()
                throw error
            }
            try await terminal.close()
        }
    }
}
