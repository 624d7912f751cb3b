import Foundation
import FuncKit
import FuncPlatform
import TestSupport
import Testing

@testable import hks_func

@Suite struct DevelopViewTests {
    private let output = MemoryStream()
    private let error = MemoryStream()

    private func viewer(
        format: OutputFormat = .human,
        isQuiet: Bool = false,
        leavesOutputFree: Bool = false,
        output: MemoryStream? = nil
    ) throws -> DevelopViewer {
        let console = Console(
            streams: Console.Streams(output: output ?? self.output, error: error, readLine: { nil }),
            terminal: TerminalInfo(),
            format: format,
            color: .never,
            isQuiet: isQuiet,
            isVerbose: false,
            noInput: false,
            environment: [:]
        )
        var world = CommandWorld()
        world.workingFolder = "/home/user"
        return try DevelopViewer(world.context(console), leavesOutputFree: leavesOutputFree)
    }

    private func stream(_ events: [DevelopEvent] = DevelopSamples.events) -> AsyncStream<DevelopEvent> {
        AsyncStream { stream in
            for event in events { stream.yield(event) }
            stream.finish()
        }
    }

    @Test func `Piped, each event is a line; only what functions wrote and were asked is the result`() async throws {
        try await viewer().run(stream())
        try Golden.expect(output.text, "piped/develop-output")
        try Golden.expect(error.text, "piped/develop-narration")
    }

    @Test func `For programs, each event is an object`() async throws {
        try await viewer(format: .jsonl).run(stream())
        try Golden.expect(output.text, "piped/develop-jsonl")
        #expect(error.text.isEmpty)
        for line in output.text.split(separator: "\n") {
            let value = try JSONDecoder().decode(JSONValue.self, from: Data(line.utf8))
            #expect(value["event"]?.string != nil)
            #expect(value["time"]?.string == "2026-03-01T12:00:00Z")
        }
    }

    @Test(arguments: [OutputFormat.json, .yaml, .name])
    func `A form that has no place for a stream is refused`(_ format: OutputFormat) throws {
        let error = #expect(throws: FuncError.self) { _ = try viewer(format: format) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.hint?.contains("jsonl") == true)
    }

    @Test func `Quiet, warnings and faults are still told`() async throws {
        try await viewer(isQuiet: true).run(stream())
        #expect(output.text.contains("said hello"))
        #expect(error.text.contains("the build of 'report' failed"))
        #expect(!error.text.contains("reloaded"))
    }

    @Test(arguments: [OutputFormat.human, .jsonl])
    func `Beside another program, its output is left alone`(_ format: OutputFormat) async throws {
        try await viewer(format: format, leavesOutputFree: true).run(stream())
        #expect(output.text.isEmpty)
        #expect(error.text.contains("said hello"))
    }

    @Test func `A reader that went away ends the view`() async throws {
        await #expect(throws: BrokenPipe.self) {
            try await viewer(output: MemoryStream(isClosed: true)).run(stream())
        }
    }

    @Test func `What comes after the task was cancelled is still shown`() async throws {
        let (events, event) = AsyncStream.makeStream(of: DevelopEvent.self)
        let viewer = try viewer()
        let task = Task { try await viewer.run(events) }
        task.cancel()
        event.yield(.log(function: "hello", DevelopSamples.log("last words")))
        event.finish()
        try await task.value
        #expect(output.text.contains("last words"))
    }

    @Test func `Commands end with the view`() async throws {
        let viewer = try viewer()
        try await viewer.run(stream([]))
        for await command in viewer.commands { Issue.record("unexpected: \(command)") }
    }
}
