import Foundation
import FuncKit
import FuncPlatform
import Testing

@Suite struct LogLineParserTests {
    private let readAt = Date(timeIntervalSince1970: 1_750_000_000)

    @Test func `takes a structured line apart`() {
        let entry = parse(
            """
            {"timestamp":"2026-03-01T09:30:00.250Z","level":"WARNING","message":"slow","request_id":"r1","trace_id":"t1",\
            "user":"ann","ms":12,"ok":true,"tags":["a",1.5],"none":null}
            """
        )
        #expect(entry.timestamp == WireDate.parse("2026-03-01T09:30:00.250Z"))
        #expect(entry.level == .warn)
        #expect(entry.message == "slow")
        #expect(entry.requestID == "r1")
        #expect(entry.traceID == "t1")
        #expect(entry.fields == ["user": "ann", "ms": "12", "ok": "true", "tags": #"["a",1.5]"#, "none": "null"])
        #expect(entry.instance == "hello-v3-abc12")
        #expect(entry.version == 3)
        #expect(entry.source == "function")
    }

    @Test(arguments: [
        (#"{"msg":"x","time":1750000000,"level":50}"#, LogLevel.error, 1_750_000_000.0),
        (#"{"msg":"x","ts":1750000000500,"severity":"critical"}"#, .fatal, 1_750_000_000.5),
        (#"{"message":"x","level":"strange","timestamp":"yesterday"}"#, .info, 1_750_000_000.0),
    ])
    func `knows the spellings of common loggers`(line: String, level: LogLevel, time: Double) {
        let entry = parse(line)
        #expect(entry.message == "x")
        #expect(entry.level == level)
        #expect(entry.timestamp == Date(timeIntervalSince1970: time))
    }

    @Test(arguments: ["", "plain", "{not json}", #"{"a":1}"#, #"["message"]"#, "tab\there \u{1B}[31mred\u{0}"])
    func `keeps every other line as it is`(line: String) {
        let output = parse(line)
        #expect(output.message == line)
        #expect(output.level == .info)
        #expect(output.timestamp == readAt)
        #expect(output.fields.isEmpty)
        #expect(parse(line, stream: .error).level == .error)
    }

    @Test func `says how much of a line was cut`() {
        let line = ChildOutputLine(stream: .output, text: "begin", cutBytes: 70_000)
        let entry = LogLineParser(instance: "i", version: 1).entry(for: line, readAt: readAt)
        #expect(entry.fields == ["cut_bytes": "70000"])
    }

    private func parse(_ line: String, stream: ChildOutputLine.Stream = .output) -> LogEntry {
        LogLineParser(instance: "hello-v3-abc12", version: 3)
            .entry(for: ChildOutputLine(stream: stream, text: line), readAt: readAt)
    }
}
