import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct DebugDeskTests {
    private let folder: TemporaryFolder
    private let events = MutexBox<[DebugEvent]>([])

    init() throws {
        folder = try TemporaryFolder("desk")
        try folder.write("one", to: "bundles/1/app/index.js")
        try folder.write("host", to: "bundles/1/host/main.mjs")
        try folder.write("two", to: "bundles/2/app/index.js")
        try folder.write("host", to: "bundles/2/host/main.mjs")
    }

    private func desk(functions: Set<String>? = nil, waits: Bool = false) throws -> DebugDesk {
        var configuration = PlatformConfiguration(
            dataFolder: folder.path("data"),
            programVersion: "test",
            hostsFolder: folder.path("hosts"),
            environment: ["PATH": "/nowhere"]
        )
        configuration.debug = DebugRequest(
            functions: functions,
            basePort: Int(try ListeningSocket.freePort()),
            waitsForDebugger: waits,
            onEvent: { [events] event in events.mutate { $0.append(event) } }
        )
        return try #require(DebugDesk(configuration))
    }

    private func spec(_ number: Int = 1, runtime: String = "nodejs", name: String = "hello") -> InstanceSpec {
        let bundle = folder.path("bundles/\(number)")
        var settings = FunctionSettings(runtime: runtime, handler: "index.handler")
        settings.timeout = 5
        return InstanceSpec(
            workspace: "default",
            project: "shop",
            functionID: "f1",
            functionName: name,
            versionID: "v\(number)",
            versionNumber: number,
            bundle: FuncPlatform.Bundle(
                digest: "\(number)",
                folder: bundle,
                command: ["node", bundle + "/host/main.mjs"],
                environment: ["X": bundle + "/app"],
                workingFolder: bundle + "/app",
                listensOnUnixSocket: true
            ),
            settings: settings
        )
    }

    private func source() throws -> String {
        try String(contentsOfFile: folder.path("data/debug/shop/hello/app/index.js"), encoding: .utf8)
    }

    @Test func `without a request there is no desk`() {
        let configuration = PlatformConfiguration(
            dataFolder: folder.path,
            programVersion: "test",
            hostsFolder: folder.path,
            environment: [:]
        )
        #expect(DebugDesk(configuration) == nil)
    }

    @Test func `every version runs from one folder and is reached at one port`() async throws {
        let desk = try desk()
        var sessions: Set<DebugEvent> = []
        for number in 1...2 {
            let launch = try #require(try await desk.prepare(spec(number)))
            let bundle = launch.spec.bundle
            #expect(bundle.command[0] == "node")
            #expect(bundle.command[1].hasPrefix("--inspect=127.0.0.1:"))
            #expect(bundle.command[2] == "--inspect-publish-uid=http")
            #expect(bundle.command[3] == folder.path("data/debug/shop/hello/host/main.mjs"))
            #expect(bundle.environment["X"] == folder.path("data/debug/shop/hello/app"))
            #expect(bundle.workingFolder == folder.path("data/debug/shop/hello/app"))
            #expect(launch.spec.settings.timeout == DebugRequest.timeoutSeconds)
            #expect(try source() == (number == 1 ? "one" : "two"))
            await desk.launched(launch, processID: 1)
            sessions.formUnion(events.current)
        }
        #expect(sessions.count == 1, "said once, as nothing changed")
        await desk.stop()
    }

    @Test func `a version that does not start leaves the sources to the one that serves`() async throws {
        let desk = try desk()
        _ = try await desk.prepare(spec(1))
        let failed = try #require(try await desk.prepare(spec(2)))
        #expect(try source() == "two")
        await desk.failed(failed)
        #expect(try source() == "one")
        await desk.stop()
    }

    @Test func `time-outs and instances change for what a debugger can stop, and for nothing else`() async throws {
        let desk = try desk(functions: ["hello", "tool"])
        var own = spec(1, name: "tool")
        own.settings.command = ["./server"]
        #expect(try await desk.prepare(own) == nil)
        guard case .unavailable(let function, let error)? = events.current.last else {
            Issue.record("nothing was said")
            return
        }
        #expect(function == "tool")
        #expect(error.hint?.contains("'command'") == true)
        #expect(try await desk.prepare(spec(1, name: "other")) == nil)
        let scaling = Scaling(minScale: 0, maxScale: 9)
        for (name, isDebugged) in [("hello", true), ("tool", false), ("other", false)] {
            let seconds = await desk.timeoutSeconds(of: name, project: "shop", 5)
            #expect(seconds == (isDebugged ? DebugRequest.timeoutSeconds : 5), "\(name)")
            let scaled = await desk.scaling(of: name, project: "shop", scaling, hasTraffic: true)
            #expect(scaled.minScale == (isDebugged ? 1 : 0), "\(name)")
            #expect(scaled.maxScale == (isDebugged ? 1 : 9), "\(name)")
        }
        let idle = await desk.scaling(of: "hello", project: "shop", scaling, hasTraffic: false)
        #expect(idle.minScale == 0)
        await desk.stop()
    }

    @Test(arguments: ["rust", "dotnet"])
    func `a process to attach to is named anew with each version, and its entry stays as it is`(runtime: String)
        async throws
    {
        let desk = try desk()
        for number in 1...2 {
            let launch = try #require(try await desk.prepare(spec(number, runtime: runtime)))
            await desk.launched(launch, processID: Int32(4710 + number))
        }
        let sessions = events.current.compactMap { event in
            if case .ready(let session) = event { session } else { nil }
        }
        #expect(sessions.map(\.access) == [.process(4711), .process(4712)])
        #expect(sessions.map(\.description).last?.contains("process 4712,") == true)
        if runtime == "dotnet" { #expect(Set(sessions.map { $0.entry().text }).count == 1) }
        await desk.stop()
    }

    @Test(arguments: [("0\n", false), ("1\n", true), ("2", true), (nil, false)])
    func `a system that lets no debugger attach is named`(rule: String?, isNamed: Bool) throws {
        var machine = DebugMachine(environment: [:])
        machine.attachRuleFile = folder.path("ptrace_scope")
        if let rule { try folder.write(rule, to: "ptrace_scope") }
        #expect((RustDebugger().warning(machine)?.contains("sudo sysctl") == true) == isNamed)
    }

    @Test(arguments: [("python3.11", "debugpy"), ("ruby", "gem debug"), ("php", "Xdebug"), ("go", "Delve")])
    func `a debugger that is not there is named with the way to install it`(runtime: String, name: String) async throws
    {
        let desk = try desk()
        var spec = spec(1, runtime: runtime)
        spec.bundle.command[0] = "/bin/false"
        #expect(try await desk.prepare(spec) == nil)
        guard case .unavailable(_, let error)? = events.current.first else {
            Issue.record("nothing was said")
            return
        }
        #expect(error.code == .toolchainMissing)
        #expect(error.message.contains(name))
        #expect(error.hint?.hasPrefix("install it: ") == true)
    }

    @Test func `programs wait for a debugger where that is asked for`() async throws {
        let desk = try desk(waits: true)
        let launch = try #require(try await desk.prepare(spec()))
        #expect(launch.waits)
        #expect(launch.spec.bundle.command[1].hasPrefix("--inspect-brk=127.0.0.1:"))
        let java = try #require(try await desk.prepare(spec(1, runtime: "java", name: "java")))
        #expect(java.spec.bundle.command[1].contains("suspend=y"))
        await desk.stop()
    }

    @Test func `compilers leave code as it is for a debugger, and say so in what a bundle is named by`() async throws {
        let fixture = try BuilderFixture(family: "go", executable: "/bin/true")
        var request = fixture.request()
        var digests: Set<String> = []
        for isForDebugger in [false, true] {
            request.isForDebugger = isForDebugger
            let job = try BuildJob(
                request: request,
                toolchain: ResolvedToolchain(family: "go", executable: "/bin/true", version: "1"),
                recipe: GoRecipe(),
                host: nil,
                hostDigest: "",
                configuration: fixture.configuration,
                store: BundleStore(dataFolder: fixture.configuration.dataFolder),
                extract: { _, _ in },
                incrementalLock: KeyedLock()
            )
            digests.insert(job.digest)
            #expect(job.bundle.isForDebugger == isForDebugger)
        }
        #expect(digests.count == 2)
    }
}
