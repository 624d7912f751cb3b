import Foundation
import FuncKit
import Synchronization
import TestSupport
import Testing

@testable import FuncPlatform

/// One project over a deployer that does what the test says.
@Suite(.timeLimit(.minutes(1))) struct DevelopedProjectTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("develop")
        try folder.write("name: hello\nruntime: python\n", to: "function.yaml")
    }

    /// A project that runs, with all that it told.
    private func developing(
        _ deployer: ScriptedDeployer,
        names: DevelopNames = DevelopNames(),
        _ body: (DevelopedProject, AsyncStream<WatchEvent>.Continuation, Told) async throws -> Void
    ) async throws {
        let feed = DevelopFeed()
        let told = Told()
        let load: @Sendable (String) throws -> LoadedProject = { folder in
            try ProjectLoader(processEnvironment: [:]).load(from: folder)
        }
        let loaded = try load(folder.path)
        let project = DevelopedProject(
            loaded,
            DevelopedProject.Surroundings(
                load: load,
                deployer: deployer,
                names: names,
                feed: feed,
                describe: { project in
                    DevelopProject(function: project.name, url: "", folder: "", type: .http, runtime: "python")
                }
            )
        )
        let (events, watch) = AsyncStream<WatchEvent>.makeStream()
        let reading = Task { for await event in feed.events { told.add(event) } }
        let running = Task { await project.run(events) }
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(project, watch, told))
        } catch {
            result = .failure(error)
        }
        running.cancel()
        await running.value
        feed.finish()
        await reading.value
        try result.get()
    }

    private var change: WatchEvent { .changed(SourceChange(files: ["main.py": .source])) }

    @Test func `a change is built, and its version announced with the time it took`() async throws {
        let deployer = ScriptedDeployer()
        try await developing(deployer) { project, watch, told in
            try await project.untilReady()
            watch.yield(change)
            try await told.wait("ready v2")
            #expect(
                told.texts == [
                    "project hello", "building", "starting", "ready v1", "changed main.py", "building", "starting",
                    "reloaded v2", "ready v2",
                ]
            )
        }
    }

    @Test func `the newest change ends the work on the one before`() async throws {
        let deployer = ScriptedDeployer()
        try await developing(deployer) { project, watch, told in
            try await project.untilReady()
            deployer.hold()
            watch.yield(change)
            try await eventually("the second deploy") { deployer.begun == 2 }
            watch.yield(change)
            try await eventually("the third deploy") { deployer.begun == 3 }
            deployer.letGo()
            try await told.wait("ready v3")
            #expect(deployer.cancelled == 1)
            #expect(!told.texts.contains("ready v2"))
        }
    }

    @Test func `a failure is shown once for the same contents, and repaired by the next change`() async throws {
        let deployer = ScriptedDeployer()
        try await developing(deployer) { project, watch, told in
            try await project.untilReady()
            deployer.fail(with: FuncError(.buildFailed, "syntax error"))
            watch.yield(change)
            try await told.wait("failed: syntax error, v1 serves")
            deployer.failUnseen(with: FuncError(.buildFailed, "syntax error"))
            watch.yield(change)
            try await eventually("the third deploy") { deployer.begun == 3 }
            deployer.fail(with: nil)
            watch.yield(change)
            try await told.wait("ready v4")
            #expect(told.texts.filter { $0.hasPrefix("problem") } == ["problem syntax error"])
        }
    }

    @Test func `a manifest with a fault leaves the version before`() async throws {
        let deployer = ScriptedDeployer()
        try await developing(deployer) { project, watch, told in
            try await project.untilReady()
            try folder.write("name: Not A Name\nruntime: python\n", to: "function.yaml")
            watch.yield(.changed(SourceChange(files: ["function.yaml": .manifest])))
            try await eventually("the fault") { told.texts.contains { $0.hasPrefix("failed: ") } }
            #expect(deployer.begun == 1)
            try folder.write("name: hello\nruntime: python\n", to: "function.yaml")
            watch.yield(.changed(SourceChange(files: ["function.yaml": .manifest])))
            try await told.wait("ready v2")
        }
    }

    @Test func `a new name replaces the function`() async throws {
        let deployer = ScriptedDeployer()
        try await developing(deployer) { project, watch, told in
            try await project.untilReady()
            try folder.write("name: goodbye\nruntime: python\n", to: "function.yaml")
            watch.yield(.changed(SourceChange(files: ["function.yaml": .manifest])))
            try await eventually("the old one's removal") { deployer.removed == ["hello"] }
            #expect(await project.function == "goodbye")
        }
    }

    @Test func `a name that another project has is refused, and both are named`() async throws {
        let (deployer, names) = (ScriptedDeployer(), DevelopNames())
        try await names.claim("taken", for: "/elsewhere")
        try await developing(deployer, names: names) { project, watch, told in
            try await project.untilReady()
            try folder.write("name: taken\nruntime: python\n", to: "function.yaml")
            watch.yield(.changed(SourceChange(files: ["function.yaml": .manifest])))
            try await eventually("the conflict") {
                told.texts.contains { $0.contains("'/elsewhere' and '\(folder.path)' both name") }
            }
            #expect(deployer.begun == 1)
        }
    }

    @Test func `a folder that goes away and comes back is told of, and deployed again`() async throws {
        let deployer = ScriptedDeployer()
        try await developing(deployer) { project, watch, told in
            try await project.untilReady()
            watch.yield(.missing)
            watch.yield(change)
            try await told.wait("missing")
            watch.yield(.back)
            try await told.wait("ready v2")
            #expect(!told.texts.contains("changed main.py"))
        }
    }

    @Test func `a rebuild begins from scratch`() async throws {
        let deployer = ScriptedDeployer()
        try await developing(deployer) { project, _, told in
            try await project.untilReady()
            await project.rebuild()
            try await told.wait("ready v2")
            #expect(deployer.renewals == [false, true])
        }
    }

    @Test func `whoever waits for readiness is told of a failure`() async throws {
        let deployer = ScriptedDeployer()
        deployer.fail(with: FuncError(.buildFailed, "syntax error"))
        try await developing(deployer) { project, _, _ in
            let error = await #expect(throws: FuncError.self) { try await project.untilReady() }
            #expect(error?.code == .buildFailed)
        }
    }
}

/// What a project told, in words.
private final class Told: Sendable {
    private let box = MutexBox<[String]>([])

    var texts: [String] { box.current }

    func wait(_ text: String) async throws {
        try await eventually("'\(text)' in \(texts)") { texts.contains(text) }
    }

    func add(_ event: DevelopEvent) {
        let text: String
        switch event {
        case .project(let project): text = "project \(project.function)"
        case .changed(_, let files): text = "changed \(files.joined(separator: " "))"
        case .reloaded(_, let reload): text = "reloaded v\(reload.version)"
        case .state(_, .building): text = "building"
        case .state(_, .starting): text = "starting"
        case .state(_, .missing): text = "missing"
        case .state(_, .ready(let version)): text = "ready v\(version)"
        case .state(_, .failed(let error, let serving)):
            text = "failed: \(error.message)" + (serving.map { ", v\($0) serves" } ?? "")
        case .problem(_, let error): text = "problem \(error.message)"
        case .notice(_, let notice): text = "notice \(notice)"
        default: text = "other"
        }
        box.mutate { $0.append(text) }
    }
}

/// Counts deploys, and makes them wait or fail.
private final class ScriptedDeployer: DevelopDeploying {
    private struct State {
        var begun = 0
        var cancelled = 0
        var removed: [String] = []
        var renewals: [Bool] = []
        var isHolding = false
        var error: FuncError?
        var isEarly = false
    }

    private let state = Mutex(State())

    var begun: Int { state.withLock { $0.begun } }
    var cancelled: Int { state.withLock { $0.cancelled } }
    var removed: [String] { state.withLock { $0.removed } }
    var renewals: [Bool] { state.withLock { $0.renewals } }

    func hold() { state.withLock { $0.isHolding = true } }
    func letGo() { state.withLock { $0.isHolding = false } }
    func fail(with error: FuncError?) { state.withLock { ($0.error, $0.isEarly) = (error, false) } }
    /// Fails before anything is built, as for contents that are known to.
    func failUnseen(with error: FuncError) { state.withLock { ($0.error, $0.isEarly) = (error, true) } }

    func deploy(
        _ project: LoadedProject,
        renews: Bool,
        report: @escaping @Sendable (DevelopStep) async -> Void
    ) async throws -> DevelopOutcome {
        let (number, error, isEarly) = state.withLock { state in
            state.begun += 1
            state.renewals.append(renews)
            return (state.begun, state.error, state.isEarly)
        }
        if let error, isEarly { throw error }
        await report(.buildStarted)
        do {
            try await eventually("letting go") { self.state.withLock { !$0.isHolding } }
        } catch {
            state.withLock { $0.cancelled += 1 }
            throw error
        }
        if let error { throw error }
        await report(.built)
        await report(.becameReady)
        return DevelopOutcome(version: number)
    }

    func remove(_ function: String) async throws { state.withLock { $0.removed.append(function) } }

    func expect(_ project: LoadedProject) {}
}
