import Foundation
import FuncKit
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
        let port = try ListeningSocket.freePort()
        try await HostProcess.with(language, probe: "echo", port: port) { host in
            let tcp = RawHTTP(.tcp(port: port))
            for path in ["/health/readiness", "/health/liveness"] {
                #expect(try await host.get(path).status == 200)
                #expect(try await tcp.response(to: "HEAD \(path) HTTP/1.1\r\nHost: h\r\n\r\n").status == 200)
            }
            #expect(
                try await host.client.response(to: "POST /health/readiness HTTP/1.1\r\nHost: h\r\n\r\n").status == 405
            )
            guard language.family.entry.abilities.contains(.unixSocket) else { return }
            let attributes = try FileManager.default.attributesOfItem(atPath: host.socketPath)
            #expect((attributes[.posixPermissions] as? Int).map { $0 & 0o777 } == 0o600)
        }
    }

    // Nothing of a Rust function runs before its first call: what is wrong with it shows when it is compiled.
    @Test(arguments: HostLanguage.allCases.filter { $0 != .rust })
    func `a handler that cannot be loaded ends the host with the reason last`(language: HostLanguage) async throws {
        let rows = language.cases.broken.filter { $0.fails == .loading }
        try #require(!rows.isEmpty)
        for broken in rows {
            let host = try await HostProcess.start(language, handler: broken.handler, files: broken.files)
            #expect(try await host.exitStatus() == 1, "\(broken.reason)")
            let last = host.errorOutput.split(separator: "\n").last ?? ""
            #expect(last.hasSuffix(broken.reason) || last.contains(broken.reason), "\(last)")
            if let trace = broken.trace { #expect(host.errorOutput.contains(trace), "\(host.errorOutput)") }
            #expect(!host.errorOutput.contains("/host/"), "host frames are shown: \(host.errorOutput)")
        }
    }

    @Test(arguments: HostLanguage.allCases.filter(\.isCompiled))
    func `what cannot be compiled fails the build with its place`(language: HostLanguage) async throws {
        let rows = language.cases.broken.filter { $0.fails == .building }
        try #require(!rows.isEmpty)
        for broken in rows {
            let error = try await HostBuilds.failure(language, handler: broken.handler, files: broken.files)
            #expect(error.code == .buildFailed)
            let text = ([error.message] + error.details).joined(separator: "\n")
            #expect(text.contains(broken.reason), "\(text)")
            if let trace = broken.trace { #expect(text.contains(trace), "\(text)") }
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `settings that make no sense end the host`(language: HostLanguage) async throws {
        for (name, value) in [("PORT", "http"), ("HKS_TIMEOUT_SECONDS", "soon"), ("HKS_TYPE", "carrier-pigeon")] {
            let host = try await HostProcess.start(
                language,
                probe: "echo",
                environment: [name: value]
            )
            #expect(try await host.exitStatus() == 1)
            #expect(host.errorOutput.contains("\(name) "))
            #expect(host.errorOutput.contains("'\(value)'"))
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `handlers lie in folders, stand alone and take fewer arguments`(language: HostLanguage) async throws {
        try #require(!language.cases.placed.isEmpty)
        for placed in language.cases.placed {
            let host = try await HostProcess.start(language, handler: placed.handler, files: placed.files)
            let response = try await eventually("'\(placed.handler)' answers") { try? await host.get("/") }
            #expect(response.text == placed.answer)
        }
    }

    @Test(arguments: HostLanguage.with(.unixSocket))
    func `a socket that an earlier process left is replaced, a file is not`(language: HostLanguage) async throws {
        let folder = try TemporaryFolder("socket")
        let path = folder.path("s")
        for _ in 0..<2 {
            // The first one is killed and leaves its socket.
            let host = try await HostProcess.start(
                language,
                probe: "echo",
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
            probe: "echo",
            environment: ["HKS_LISTEN_UNIX": folder.path("file")]
        )
        #expect(try await host.exitStatus() == 1)
        #expect(host.errorOutput.contains("cannot listen on '\(folder.path("file"))'"))
        #expect(try folder.read("file") == "precious")
    }

    @Test(arguments: HostLanguage.allCases, ["SIGTERM", "SIGINT"])
    func `on a signal running calls end and the host exits with 0`(language: HostLanguage, name: String) async throws {
        try await HostProcess.with(language, probe: "slow") { host in
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
        try await HostProcess.with(language, probe: "slow", environment: environment) { host in
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
        try await HostProcess.with(language, probe: handler, environment: environment) {
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
        try await HostProcess.with(.python, probe: "slow", environment: environment) { host in
            let response = try await host.get("/?s=1.5")
            #expect(response.status == 504)
            #expect(try await host.get("/health/liveness").status == 503)
            try await eventually("the thread ends") { try await host.get("/health/liveness").status == 200 }
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `at most so many calls run at once and the others wait`(language: HostLanguage) async throws {
        let environment = ["HKS_CONCURRENCY": "3"]
        try await HostProcess.with(language, probe: "crowd", environment: environment) { host in
            let most = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<12 { group.addTask { try #require(Int(try await host.get("/").text)) } }
                return try await group.reduce(0, max)
            }
            #expect(most == 3)
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `calls run at the same time`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "slow") { host in
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
