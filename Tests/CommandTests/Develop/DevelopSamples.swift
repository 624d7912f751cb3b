import Foundation
import FuncKit
import FuncPlatform

@testable import hks_func

/// A session with two functions in which most things happen once.
enum DevelopSamples {
    /// 2026-03-01T12:00:00Z
    static let now = Date(timeIntervalSince1970: 1_772_366_400)
    static let utc = TimeZone(secondsFromGMT: 0) ?? .current

    static let hello = DevelopProject(
        function: "hello",
        url: "http://hello.default.localhost:8788",
        folder: "/home/user/hello",
        type: .http,
        runtime: "python3.11",
        toolchain: "python3 3.11.2",
        watching: "inotify",
        variables: [
            DevelopVariable(name: "API", source: "file .env:3:1"),
            DevelopVariable(name: "LOG_LEVEL", source: "manifest function.yaml:5:16"),
        ],
        debugPort: 5678
    )

    static let report = DevelopProject(
        function: "report",
        url: "http://report.default.localhost:8788",
        folder: "/srv/report",
        type: .scheduled,
        runtime: "go",
        watching: "polling",
        schedules: ["nightly"]
    )

    static let fault = FuncError(
        .buildFailed,
        "the build of 'report' failed",
        hint: "look at the lines above",
        location: SourceLocation(file: "main.go", line: 3, column: 7),
        details: ["main.go:3:7: undefined: x"]
    )

    static func log(_ message: String, _ level: LogLevel = .info) -> LogEntry {
        LogEntry(timestamp: now, level: level, message: message, version: 1)
    }

    static func request(_ path: String, status: Int = 200, cold: Bool = false, after seconds: Double = 0)
        -> RequestRecord
    {
        RequestRecord(
            requestID: "req-1",
            functionID: "f1",
            versionID: "v1",
            versionNumber: 1,
            method: "GET",
            path: path,
            status: status,
            startedAt: now + seconds,
            durationMilliseconds: 12.3456,
            coldStart: cold
        )
    }

    static let events: [DevelopEvent] = [
        .started(DevelopGateway(url: "http://127.0.0.1:8788", port: 8788, portInUse: 8787)),
        .project(hello), .project(report),
        .state(function: "hello", .building), .state(function: "report", .building),
        .build(function: "report", log("compiling")),
        .build(function: "report", log("deprecated: old.Call", .warn)),
        .state(function: "hello", .starting), .state(function: "hello", .ready(version: 1)),
        .state(function: "report", .failed(fault, serving: nil)), .problem(function: "report", fault),
        .request(function: "hello", request("/", cold: true)),
        .log(function: "hello", log("said hello")),
        .log(function: "hello", log("Traceback\n  File \"main.py\", line 2\u{1B}[2J\nKeyError: 'x'", .error)),
        .request(function: "hello", request("/missing", status: 404)),
        .changed(function: "hello", files: ["main.py"]),
        .reloaded(function: "hello", DevelopReload(version: 2, milliseconds: 143)),
        .changed(function: "report", files: ["a.go", "b.go", "c.go", "d.go", "e.go", "f.go", "g.go"]),
        .fired(function: "report", trigger: "nightly", status: 200),
        .sent(function: "hello", DevelopSample(file: "events/request.json", position: 1, count: 1), status: 200),
        .sent(function: "hello", DevelopSample(file: "events/wrong\u{1B}.json", position: 2, count: 2), status: 400),
        .sent(function: "hello", DevelopSample(count: 0), status: 204),
        .notice(function: nil, "all functions answer"),
        .warning(function: "report", "'gen.go' is written by each rebuild"),
        .state(function: "report", .missing),
        .stopping,
    ]
}
