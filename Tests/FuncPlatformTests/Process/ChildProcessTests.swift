import Foundation
import FuncKit
import FuncPlatform
import Synchronization
import TestSupport
import Testing

@Suite struct ChildProcessTests {
    @Test func `reports exit statuses and signals`() async throws {
        #expect(try await run("exit 7").exit == .status(7))
        #expect(try await run("kill -TERM $$").exit == .signal(SIGTERM))
    }

    @Test func `many children may come and go at once`() async throws {
        for _ in 0..<5 {
            try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<40 {
                    group.addTask { try await run("echo \(number); echo \(number) >&2").output }
                }
                let seen = try await group.reduce(into: Set<String>()) { $0.insert($1) }
                #expect(seen == Set((0..<40).map { "\($0)\n" }))
            }
        }
    }

    @Test func `hands on both streams line by line, and the last line without an end`() async throws {
        let lines = Mutex<[ChildOutputLine]>([])
        let child = try await ChildProcess.start(shell("printf 'one\\ntwo\\r\\nthree'; printf 'oops\\n' >&2")) { new in
            lines.withLock { $0 += new }
        }
        #expect(try await child.exit() == .status(0))
        let texts = { stream in lines.withLock { $0.filter { $0.stream == stream }.map(\.text) } }
        #expect(texts(.output) == ["one", "two", "three"])
        #expect(texts(.error) == ["oops"])
    }

    @Test func `cuts long lines between characters and repairs invalid UTF-8`() async throws {
        var options = shell("printf 'ab\\303\\244cdef\\n\\377x\\n'")
        options.maxLineBytes = 3
        let lines = Mutex<[ChildOutputLine]>([])
        let child = try await ChildProcess.start(options) { new in lines.withLock { $0 += new } }
        _ = try await child.exit()
        let expected = [
            ChildOutputLine(stream: .output, text: "ab", cutBytes: 6),
            ChildOutputLine(stream: .output, text: "\u{FFFD}x"),
        ]
        #expect(lines.withLock { $0 } == expected)
    }

    @Test func `has no input, no inherited descriptor, no inherited variable and a group of its own`() async throws {
        let leak = open("/dev/null", O_RDONLY)
        defer { close(leak) }
        var options = shell(
            "cat; env; ls -l /proc/self/fd | wc -l; cat /proc/self/stat; grep NoNewPrivs /proc/self/status"
        )
        options.environment["ONLY"] = "this"
        let outcome = try await ProcessRunner.run(options)
        let lines = outcome.output.split(separator: "\n").map(String.init)
        let names = lines.filter { $0.contains("=") }.compactMap { $0.split(separator: "=").first.map(String.init) }
        // The shell adds the last ones by itself.
        #expect(Set(names).subtracting(["PWD", "OLDPWD", "SHLVL", "_"]) == ["ONLY", "PATH"])
        // 0, 1, 2, the folder that ls itself reads, and the line with the total.
        #expect(lines.contains("5"))
        let stat = try #require(lines.first { $0.contains("(cat)") }).split(separator: " ")
        #expect(stat[4] == stat[5] && stat[4] != "\(getpgrp())")
        #expect(lines.last == "NoNewPrivs:\t1")
    }

    @Test func `a program that somebody has open for writing is waited for`() async throws {
        let folder = try TemporaryFolder("busy")
        let path = try folder.write("#!/bin/sh\necho here\n", to: "program")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        let writer = open(path, O_WRONLY | O_CLOEXEC)
        try #require(writer >= 0)
        Thread.detachNewThread {
            Pace.hold(milliseconds: 50)
            close(writer)
        }
        let options = ChildProcessOptions(executable: path, arguments: [], environment: [:], workingFolder: "/")
        #expect(try await ProcessRunner.run(options).output == "here\n")
    }

    @Test func `holds nothing of its parent's while it waits for the step before exec`() async throws {
        let leak = open("/dev/null", O_RDONLY)
        defer { close(leak) }
        let held = Mutex(Int.max)
        let child = try await ChildProcess.start(shell("exit 0")) { processID in
            let deadline = ContinuousClock.now + .seconds(30)
            repeat {
                sched_yield()
                let names = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(processID)/fd")
                held.withLock { $0 = names.count }
            } while held.withLock { $0 } > 5 && ContinuousClock.now < deadline
        } onLines: { _ in
        }
        // The standard streams, the gate and the report.
        #expect(held.withLock { $0 } == 5)
        #expect(try await child.exit() == .status(0))
    }

    @Test func `resets ignored signals`() async throws {
        signal(SIGPIPE, SIG_IGN)
        let outcome = try await ProcessRunner.run(shell("grep -E '^Sig(Ign|Blk)' /proc/self/status"))
        let masks = outcome.output.split(separator: "\n").compactMap { UInt64($0.suffix(16), radix: 16) }
        #expect(masks.count == 2)
        #expect(masks.allSatisfy { $0 & (1 << UInt64(SIGPIPE - 1)) == 0 }, "\(outcome.output)")
    }

    @Test func `sets limits`() async throws {
        var options = shell("ulimit -n; ulimit -c")
        options.maxOpenFiles = 123
        #expect(try await ProcessRunner.run(options).output == "123\n0\n")
    }

    @Test(arguments: [("/no/such/program", "/"), ("no-such-program", "/"), ("/bin/sh", "/no/such/folder")])
    func `says why a program does not start`(executable: String, folder: String) async throws {
        let options = ChildProcessOptions(executable: executable, environment: path, workingFolder: folder)
        let error = await #expect(throws: ChildProcessStartError.self) {
            try await ChildProcess.start(options) { _ in }
        }
        #expect(error?.errorNumber == ENOENT)
        #expect(error?.description.contains("'\(executable)'") == true)
    }

    @Test func `runs nothing where the step before exec fails`() async throws {
        struct Refused: Error {}
        let folder = try TemporaryFolder()
        let started = Mutex<Int32>(0)
        await #expect(throws: Refused.self) {
            _ = try await ChildProcess.start(shell("touch \(folder.path("ran"))")) { processID in
                started.withLock { $0 = processID }
                throw Refused()
            } onLines: { _ in
            }
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("ran")))
        #expect(ProcessTable.status(of: started.withLock { $0 }) == nil)
    }

    @Test func `ends what a child leaves behind`() async throws {
        let outcome = try await run("sleep 1000 & echo $!; set -m; sleep 1000 & echo $!")
        let left = outcome.output.split(separator: "\n").compactMap { Int32($0) }
        #expect(left.count == 2)
        #expect(left.allSatisfy { ProcessTable.status(of: $0)?.isZombie ?? true })
    }

    @Test func `terminates politely first and by force after the grace time`() async throws {
        let polite = try await started("trap 'exit 3' TERM; echo up; while :; do sleep 0.01; done")
        #expect(await polite.terminate(grace: .seconds(30)) == .status(3))
        let stubborn = try await started("trap '' TERM; echo up; while :; do sleep 0.01; done")
        #expect(await stubborn.terminate(grace: .milliseconds(50)) == .signal(SIGKILL))
    }

    @Test func `a cancelled wait leaves the child alone`() async throws {
        let child = try await started("echo up; exec sleep 1000")
        let wait = Task { try await child.exit() }
        wait.cancel()
        await #expect(throws: CancellationError.self) { try await wait.value }
        #expect(ProcessTable.status(of: child.processID)?.isZombie == false)
        await child.terminate(grace: .zero)
        #expect(ProcessTable.status(of: child.processID) == nil)
    }

    /// Starts a script and waits for its first line.
    private func started(_ script: String) async throws -> ChildProcess {
        let isUp = Mutex(false)
        let child = try await ChildProcess.start(shell(script)) { _ in isUp.withLock { $0 = true } }
        try await eventually("the child's first line") { isUp.withLock { $0 } }
        return child
    }
}

@Suite struct ProcessRunnerTests {
    @Test func `stops at the deadline`() async throws {
        let outcome = try await ProcessRunner.run(shell("echo begun; sleep 1000"), deadline: .seconds(1))
        #expect(outcome.timedOut)
        #expect(outcome.exit == .signal(SIGKILL))
        #expect(outcome.lastLines == ["begun"])
    }

    @Test func `keeps a bounded part of an endless output and lets the program end`() async throws {
        let count = Mutex(0)
        let outcome = try await ProcessRunner.run(
            shell("yes $(printf %0999d 0) | head -c 100000000; exit 4"),
            outputLimit: 1000
        ) { _ in
            count.withLock { $0 += 1 }
        }
        #expect(outcome.exit == .status(4))
        #expect(outcome.output.utf8.count <= 1000)
        #expect(outcome.droppedBytes > 99_000_000)
        #expect(outcome.lastLines.count == ProcessRunner.lastLineCount)
        #expect(count.withLock { $0 } == 100_000)
    }

    @Test func `cancelling kills the whole group`() async throws {
        let processes = Mutex<[Int32]>([])
        let task = Task {
            try await ProcessRunner.run(shell("sleep 1000 & echo $!; echo $$; wait")) { line in
                if let number = Int32(line.text) { processes.withLock { $0.append(number) } }
            }
        }
        try await eventually("both processes") { processes.withLock { $0.count } == 2 }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(processes.withLock { $0 }.allSatisfy { ProcessTable.status(of: $0)?.isZombie ?? true })
    }
}

private let path = ["PATH": "/usr/local/bin:/usr/bin:/bin"]

private func shell(_ script: String) -> ChildProcessOptions {
    ChildProcessOptions(executable: "/bin/sh", arguments: ["-c", script], environment: path, workingFolder: "/")
}

private func run(_ script: String) async throws -> ProcessOutcome {
    try await ProcessRunner.run(shell(script))
}
