import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Start, readiness, limits of a call and the orderly stop.
@Suite("Host contract: life", .serialized)
struct HostLifecycleTests {
    @Test(arguments: HostLanguage.allCases)
    func `it is ready once the handler is loaded, on both listeners`(language: HostLanguage) async throws {
        let port = try FreePort.find()
        try await HostProcess.with(language, handler: "\(language.module).echo", port: port) { host in
            let tcp = RawHTTP(.tcp(port: port))
            for path in ["/health/readiness", "/health/liveness"] {
                #expect(try await host.get(path).status == 200)
                #expect(try await tcp.response(to: "HEAD \(path) HTTP/1.1\r\nHost: h\r\n\r\n").status == 200)
            }
            #expect(
                try await host.client.response(to: "POST /health/readiness HTTP/1.1\r\nHost: h\r\n\r\n").status == 405
            )
            let attributes = try FileManager.default.attributesOfItem(atPath: host.socketPath)
            #expect((attributes[.posixPermissions] as? Int).map { $0 & 0o777 } == 0o600)
        }
    }

    struct Broken: Sendable {
        let handler: String
        let files: [String: String]
        let reason: String
        var trace: String?
    }

    static func broken(_ language: HostLanguage) -> [Broken] {
        switch language {
        case .python:
            [
                Broken(
                    handler: "main.handle",
                    files: ["main.py": "def handler(e, c):\n    pass\n"],
                    reason: "handler 'main.handle' not found; main.py defines: handler"
                ),
                Broken(
                    handler: "main.handler",
                    files: ["other.py": ""],
                    reason: "handler 'main.handler' not found; there is no 'main.py' (Python files here: other.py)"
                ),
                Broken(
                    handler: "main.handler",
                    files: ["main.py": "import nowhere\n"],
                    reason: "handler 'main.handler' cannot be loaded: ModuleNotFoundError: No module named 'nowhere'",
                    trace: "line 1, in <module>"
                ),
                Broken(
                    handler: "main.handler",
                    files: ["main.py": "def handler(:\n"],
                    reason: "(main.py, line 1)",
                    trace: "def handler(:"
                ),
                Broken(
                    handler: "main.handler",
                    files: ["main.py": "import sys\nsys.exit(0)\n"],
                    reason: "handler 'main.handler' cannot be loaded: SystemExit: 0"
                ),
                Broken(handler: "../main.handler", files: ["main.py": ""], reason: "is malformed"),
                Broken(handler: "handler", files: ["a.py": "", "b.py": ""], reason: "(Python files here: a.py, b.py)"),
            ]
        case .nodejs:
            [
                Broken(
                    handler: "index.handle",
                    files: ["index.js": "exports.handler = () => {};\n"],
                    reason: "handler 'index.handle' not found; index.js exports: handler"
                ),
                Broken(
                    handler: "index.handler",
                    files: ["other.js": ""],
                    reason:
                        "handler 'index.handler' not found; there is no 'index.js' (JavaScript files here: other.js)"
                ),
                Broken(
                    handler: "index.handler",
                    files: ["index.js": "require('nowhere');\n"],
                    reason: "handler 'index.handler' cannot be loaded: Error: Cannot find module 'nowhere'",
                    trace: "index.js:1"
                ),
                Broken(
                    handler: "index.handler",
                    files: ["index.mjs": "export const handler = (;\n"],
                    reason: "(index.mjs:1)",
                    trace: "export const handler = (;"
                ),
                Broken(handler: "index.handler", files: ["index.js": "process.exit(0);\n"], reason: "process.exit(0)"),
                Broken(
                    handler: "index.handler",
                    files: ["index.mjs": "await new Promise(() => {});\n"],
                    reason: "never happens"
                ),
                Broken(handler: "../index.handler", files: ["index.js": ""], reason: "is malformed"),
                Broken(
                    handler: "handler",
                    files: ["a.js": "", "b.js": ""],
                    reason: "(JavaScript files here: a.js, b.js)"
                ),
            ]
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `a handler that cannot be loaded ends the host with the reason last`(language: HostLanguage) async throws {
        for broken in Self.broken(language) {
            let host = try await HostProcess.start(language, handler: broken.handler, files: broken.files)
            #expect(try await host.exitStatus() == 1, "\(broken.reason)")
            let last = host.errorOutput.split(separator: "\n").last ?? ""
            #expect(last.hasSuffix(broken.reason) || last.contains(broken.reason), "\(last)")
            if let trace = broken.trace { #expect(host.errorOutput.contains(trace), "\(host.errorOutput)") }
            #expect(!host.errorOutput.contains("/host/"), "host frames are shown: \(host.errorOutput)")
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `settings that make no sense end the host`(language: HostLanguage) async throws {
        for (name, value) in [("PORT", "http"), ("HKS_TIMEOUT_SECONDS", "soon"), ("HKS_TYPE", "carrier-pigeon")] {
            let host = try await HostProcess.start(
                language,
                handler: "\(language.module).echo",
                environment: [name: value]
            )
            #expect(try await host.exitStatus() == 1)
            #expect(host.errorOutput.contains("\(name) "))
            #expect(host.errorOutput.contains("'\(value)'"))
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `handlers lie in folders, stand alone and take fewer arguments`(language: HostLanguage) async throws {
        let nested: [String: String]
        let alone: [String: String]
        switch language {
        case .python:
            nested = [
                "src/inner.py": "import near\ndef run(event):\n    return near.NAME\n",
                "src/near.py": "NAME = 'near'\n",
            ]
            alone = ["only.py": "def handler():\n    return 'alone'\n"]
        case .nodejs:
            nested = [
                "src/inner.mjs": "import n from './near.cjs';\nexport const run = () => n.NAME;\n",
                "src/near.cjs": "exports.NAME = 'near';\n",
            ]
            alone = ["only.cjs": "module.exports = { handler: () => 'alone' };\n"]
        }
        for (handler, files, answer) in [("src/inner.run", nested, "near"), ("handler", alone, "alone")] {
            let host = try await HostProcess.start(language, handler: handler, files: files)
            let response = try await eventually("'\(handler)' answers") { try? await host.get("/") }
            #expect(response.text == answer)
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `a socket that an earlier process left is replaced, a file is not`(language: HostLanguage) async throws {
        let folder = try TemporaryFolder("socket")
        let path = folder.path("s")
        for _ in 0..<2 {
            // The first one is killed and leaves its socket.
            let host = try await HostProcess.start(
                language,
                handler: "\(language.module).echo",
                environment: ["HKS_LISTEN_UNIX": path]
            )
            let client = RawHTTP(.unixSocket(path: path))
            _ = try await eventually("it answers") {
                try? await client.response(to: "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            }
            host.signal(SIGKILL)
            #expect(try await host.exitStatus() == -SIGKILL)
        }
        try folder.write("precious", to: "file")
        let host = try await HostProcess.start(
            language,
            handler: "\(language.module).echo",
            environment: ["HKS_LISTEN_UNIX": folder.path("file")]
        )
        #expect(try await host.exitStatus() == 1)
        #expect(host.errorOutput.contains("cannot listen on '\(folder.path("file"))'"))
        #expect(try folder.read("file") == "precious")
    }

    @Test(arguments: HostLanguage.allCases, ["SIGTERM", "SIGINT"])
    func `on a signal running calls end and the host exits with 0`(language: HostLanguage, name: String) async throws {
        try await HostProcess.with(language, handler: "\(language.module).slow") { host in
            async let answer = host.get("/?s=0.5")
            async let idle = host.client.run([
                .send("GET /?s=0 HTTP/1.1\r\nHost: h\r\n\r\n"), .awaitResponses(1), .awaitEnd,
            ])
            try await eventually("both calls run") { host.output.components(separatedBy: "begun").count == 3 }
            host.signal(name == "SIGTERM" ? SIGTERM : SIGINT)
            let response = try await answer
            #expect(response.text == "done")
            #expect(response["connection"]?.lowercased() == "close")
            #expect(try await idle.isEnded)
            #expect(try await host.exitStatus() == 0)
            #expect(!FileManager.default.fileExists(atPath: host.socketPath))
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `calls that outlast the drain time are left behind`(language: HostLanguage) async throws {
        let environment = ["HKS_DRAIN_SECONDS": "0.3"]
        try await HostProcess.with(language, handler: "\(language.module).slow", environment: environment) { host in
            async let answer = host.client.run([.send("GET /?s=60 HTTP/1.1\r\nHost: h\r\n\r\n"), .awaitEnd])
            try await eventually("the call runs") { host.output.contains("begun") }
            host.signal(SIGTERM)
            #expect(try await host.exitStatus() == 0)
            #expect(try await answer.bytes.isEmpty)
            #expect(host.errorOutput.contains("unfinished"))
        }
    }

    @Test(arguments: HostLanguage.allCases, ["slow", "slow_async"])
    func `a call that takes too long is answered with 504`(language: HostLanguage, handler: String) async throws {
        let environment = ["HKS_TIMEOUT_SECONDS": "0.3"]
        try await HostProcess.with(language, handler: "\(language.module).\(handler)", environment: environment) {
            host in
            let response = try await host.get("/?s=2", headers: "X-Request-Id: req-4\r\n")
            #expect(response.status == 504)
            #expect(try response.object()["error"] is String)
            try await eventually("it is logged") {
                host.logEntries.contains { $0["request_id"] as? String == "req-4" && $0["level"] as? String == "error" }
            }
            #expect(try await host.get("/?s=0").text == "done")
        }
    }

    @Test func `threads that do not end make the host unhealthy until they do`() async throws {
        // In the other languages a call that ran out of time gives its place back.
        let environment = ["HKS_TIMEOUT_SECONDS": "0.2", "HKS_CONCURRENCY": "1"]
        try await HostProcess.with(.python, handler: "main.slow", environment: environment) { host in
            let response = try await host.get("/?s=1.5")
            #expect(response.status == 504)
            #expect(try await host.get("/health/liveness").status == 503)
            try await eventually("the thread ends") { try await host.get("/health/liveness").status == 200 }
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `at most so many calls run at once and the others wait`(language: HostLanguage) async throws {
        let environment = ["HKS_CONCURRENCY": "3"]
        try await HostProcess.with(language, handler: "\(language.module).crowd", environment: environment) { host in
            let most = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<12 { group.addTask { try #require(Int(try await host.get("/").text)) } }
                return try await group.reduce(0, max)
            }
            #expect(most == 3)
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `calls run at the same time`(language: HostLanguage) async throws {
        try await HostProcess.with(language, handler: "\(language.module).slow") { host in
            let start = ContinuousClock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        let response = try await host.get("/?s=1")
                        #expect(response.text == "done")
                    }
                }
                try await group.waitForAll()
            }
            // One after the other they would take eight seconds.
            #expect(ContinuousClock.now - start < .seconds(6))
        }
    }
}
