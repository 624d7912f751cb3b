import Foundation
import FuncKit

/// Functions that tests look at.
enum Samples {
    static let hello = Function(
        id: "func-hello",
        name: "hello",
        namespace: "default",
        workspaceID: "default",
        projectID: "default",
        activeVersion: "ver-2",
        activeVersionNumber: 2,
        latestVersionNumber: 3,
        status: .ready,
        url: "http://hello.default.localhost:8787/",
        sourceDigest: String(repeating: "ab", count: 32),
        revision: 7,
        readyInstances: 1,
        settings: FunctionSettings(
            runtime: "python3.11",
            handler: "main.handler",
            description: "Says hello",
            environment: ["GREETING": "Hello"],
            resources: Resources(memory: "256Mi", cpu: "100m"),
            labels: ["team": "backend"]
        ),
        createdAt: WireDate.parse("2026-03-01T09:00:00Z"),
        updatedAt: WireDate.parse("2026-03-01T11:58:30Z")
    )

    static let broken = Function(
        id: "func-orders",
        name: "orders",
        projectID: "shop",
        latestVersionNumber: 1,
        status: .error,
        statusReason: "v1 did not build",
        settings: FunctionSettings(runtime: "nodejs20", handler: "index.handler"),
        createdAt: WireDate.parse("2026-02-20T09:00:00Z"),
        updatedAt: WireDate.parse("2026-02-20T09:00:00Z")
    )

    static let versions = [
        FunctionVersion(
            id: "ver-3",
            number: 3,
            functionID: "func-hello",
            functionName: "hello",
            buildStatus: .failed,
            status: .failed,
            failure: VersionFailure(
                code: .buildFailed,
                message: "main.py does not compile",
                lastLines: ["  File \"main.py\", line 3", "SyntaxError: invalid syntax"]
            ),
            trafficPercent: 0,
            sourceDigest: String(repeating: "cd", count: 32),
            createdAt: WireDate.parse("2026-03-01T11:59:00Z")
        ),
        version(2, active: true, tag: "next", message: "warmer words"),
        version(1, active: false, tag: nil, message: nil),
    ]

    static let logs = [
        LogEntry(
            timestamp: WireDate.parse("2026-03-01T11:00:00.250Z"),
            message: "started",
            instance: "i-1",
            version: 2,
            sequence: 1
        ),
        LogEntry(
            timestamp: WireDate.parse("2026-03-01T11:00:01Z"),
            level: .error,
            message: "boom \u{1B}[31mred",
            version: 2,
            requestID: "req-1",
            fields: ["user": "ada"],
            sequence: 2
        ),
    ]

    /// A service with one function that works and one that does not.
    static func service() -> MemoryService {
        MemoryService(
            MemoryService.State(
                functions: [hello, broken],
                versions: ["func-hello": versions],
                traffic: [
                    "func-hello": Traffic(routes: [
                        TrafficRoute(version: 2, percent: 90, tag: "next"), TrafficRoute(version: 1, percent: 10),
                    ])
                ],
                logs: ["func-hello": logs]
            )
        )
    }

    private static func version(_ number: Int, active: Bool, tag: String?, message: String?) -> FunctionVersion {
        FunctionVersion(
            id: "ver-\(number)",
            number: number,
            functionID: "func-hello",
            functionName: "hello",
            buildStatus: .success,
            status: .ready,
            isActive: active,
            trafficPercent: active ? 90 : 10,
            tag: tag,
            message: message,
            createdBy: "admin",
            sourceDigest: String(repeating: "ab", count: 32),
            phases: VersionPhases(buildMilliseconds: 120, readyMilliseconds: 80),
            settings: hello.settings,
            createdAt: WireDate.parse("2026-03-01T1\(number - 1):00:00Z")
        )
    }
}
