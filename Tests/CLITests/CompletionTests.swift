import Foundation
import TestSupport
import Testing

/// Presses Tab in a real shell on a real terminal.
@Suite struct CompletionTests {
    struct Shell: Sendable, CustomTestStringConvertible {
        let name: String
        /// Starts the shell without anybody's settings.
        let command: String
        /// Loads the script that `hks-func completion` printed.
        let load: String
        var testDescription: String { name }

        static let all = [
            Shell(name: "bash", command: "bash --norc --noprofile", load: "source $FOLDER/script"),
            Shell(
                name: "zsh",
                command: "zsh -f",
                load: "fpath=($FOLDER $fpath); autoload -Uz compinit; compinit -u -d $FOLDER/dump"
            ),
            Shell(name: "fish", command: "fish --no-config", load: "source $FOLDER/script"),
        ]
    }

    @Test(arguments: Shell.all)
    func `Tab completes commands`(shell: Shell) async throws {
        try await CommandLineFixture.with { fixture in
            try await Self.inside(shell, fixture) { terminal in
                try await terminal.press("hks-func de", "Tab", "Tab")
                try await eventually("both commands are offered") {
                    let screen = try await terminal.screen()
                    return screen.contains("deploy") && screen.contains("delete") && screen.contains("describe")
                }
            }
        }
    }

    @Test(arguments: Shell.all)
    func `Tab completes functions of the server that the line names`(shell: Shell) async throws {
        let service = try HostedService { $0.addFunction("greeter", project: "prj-2") }
        defer { service.stop() }
        try await CommandLineFixture.with(environment: ["FAR_TOKEN": HostedService.token]) { fixture in
            let added = try await fixture.run(
                "context",
                "add",
                "far",
                "--endpoint",
                service.url,
                "--workspace",
                "ws-1",
                "--project",
                "prj-1",
                "--token-env",
                "FAR_TOKEN",
                "--offline"
            )
            #expect(added.status == 0, "\(added.error)")
            try await Self.inside(shell, fixture) { terminal in
                try await terminal.press("hks-func describe -c far --project prj-2 gre", "Tab")
                try await eventually("the function's name is completed") {
                    try await terminal.screen().contains("prj-2 greeter")
                }
            }
        }
    }

    /// Runs `body` in a shell that has loaded the completions.
    private static func inside(
        _ shell: Shell,
        _ fixture: CommandLineFixture,
        _ body: (Terminal) async throws -> Void
    ) async throws {
        let folder = fixture.folder.path("completion")
        let script = try await fixture.run("completion", shell.name)
        #expect(script.status == 0)
        for name in ["script", "_hks-func"] { try fixture.folder.write(script.output, to: "completion/\(name)") }
        let terminal = Terminal(fixture)
        try await terminal.open(shell.command)
        do {
            let programs = URL(fileURLWithPath: CommandLineFixture.program).deletingLastPathComponent().path
            let separator = shell.name == "fish" ? "set -x PATH \(programs) $PATH" : "PATH=\(programs):$PATH"
            let load = shell.load.replacingOccurrences(of: "$FOLDER", with: folder)
            try await terminal.type("\(separator); \(load); clear; printf 'ready-%s\\n' 2", until: "ready-2")
            try await body(terminal)
        } catch {
            try? await terminal.close()
            throw error
        }
        try await terminal.close()
    }
}

/// A terminal that a test types into: a tmux server of its own.
struct Terminal {
    private let fixture: CommandLineFixture
    private let socket: String

    init(_ fixture: CommandLineFixture) {
        self.fixture = fixture
        socket = fixture.folder.path("tmux")
    }

    private func tmux(_ arguments: [String]) async throws -> ProgramRun {
        // The server outlives its first client: it must neither keep the files open by which that client's end is noticed,
        // nor inherit the blocked signals of the thread that starts it.
        let script = """
            import os, signal, sys
            os.closerange(3, 1024)
            signal.pthread_sigmask(signal.SIG_SETMASK, [])
            os.execvp("tmux", ["tmux", "-S", *sys.argv[1:]])
            """
        return try await fixture.run("/usr/bin/env", ["python3", "-c", script, socket, "-f", "/dev/null"] + arguments)
    }

    func open(_ command: String) async throws {
        let run = try await tmux(["new-session", "-d", "-x", "120", "-y", "40", command])
        guard run.status == 0 else { throw NotInTime(description: "tmux: \(run.error)") }
    }

    /// Types a line and waits for what it prints.
    func type(_ line: String, until expected: String) async throws {
        _ = try await tmux(["send-keys", "-l", line])
        _ = try await tmux(["send-keys", "Enter"])
        try await eventually("'\(expected)' on the screen") { try await screen().contains(expected) }
    }

    /// Types text, then presses keys.
    func press(_ text: String, _ keys: String...) async throws {
        _ = try await tmux(["send-keys", "-l", text])
        for key in keys { _ = try await tmux(["send-keys", key]) }
    }

    func screen() async throws -> String {
        try await tmux(["capture-pane", "-p"]).output
    }

    func close() async throws {
        _ = try await tmux(["kill-server"])
    }
}
