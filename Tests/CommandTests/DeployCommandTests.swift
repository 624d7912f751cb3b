import Foundation
import FuncKit
import TestSupport
import Testing

@testable import hks_func

@Suite struct DeployCommandTests {
    private let folder: TemporaryFolder
    private let service = MemoryService()

    init() throws {
        folder = try TemporaryFolder("deploy")
        _ = try folder.write("name: hello\nruntime: python\nhandler: main.handler\n", to: "function.yaml")
        _ = try folder.write("def handler(event, context):\n    return 1\n", to: "main.py")
    }

    private var world: CommandWorld {
        var world = CommandWorld(service: service)
        world.workingFolder = folder.path
        world.environment = ["TMPDIR": folder.path]
        return world
    }

    private func change() throws {
        _ = try folder.write("def handler(event, context):\n    return 2\n", to: "main.py")
    }

    @Test(arguments: [
        ["--step", "1m"], ["--abort-on", "errors>1%"], ["--canary", "10", "--blue-green"], ["--canary", "50,10"],
        ["--canary", "10%"], ["--canary", "10", "--abort-on", "speed>9"], ["--canary", "10", "--step", "0s"],
        ["--canary", "10", "--no-traffic"], ["--blue-green", "--no-wait"],
    ])
    func `flags that do not go together are usage errors`(flags: [String]) async {
        let run = await world.run(["deploy"] + flags)
        #expect(run.status == 2, "\(run.error)")
        #expect(service.state.current.writes.isEmpty)
    }

    @Test(arguments: [["--canary", "10"], ["--blue-green"], ["--image", "registry.example/hello:1"]])
    func `what the server cannot do is said before anything is sent`(flags: [String]) async throws {
        let run = await world.run(["deploy", "-o", "json"] + flags)
        #expect(run.status == 1)
        #expect(try run.errorCode() == "unsupported")
        #expect(service.state.current.writes.isEmpty)
    }

    @Test(arguments: [
        ("", "Warning: 'hello' is of type 'scheduled' and has no schedule: nothing calls it by itself\n"),
        ("triggers:\n  - { name: tick, type: timer, every: 5m }\n", ""),
    ])
    func `a scheduled function without a schedule is said to be one`(triggers: String, warning: String) async throws {
        service.state.mutate { $0.capabilities.supportedTriggerTypes = ["http", "schedule", "timer"] }
        let manifest = "name: hello\nruntime: python\ntype: scheduled\nhandler: main.handler\n"
        _ = try folder.write(manifest + triggers, to: "function.yaml")
        let run = await world.run("deploy")
        #expect(run.status == 0, "\(run.error)")
        #expect(run.error.contains("nothing calls it by itself") == !warning.isEmpty)
        #expect(warning.isEmpty || run.error.contains(warning))
    }

    @Test func `blue-green switches the traffic at once`() async throws {
        service.state.mutate { $0.capabilities.supportsTraffic = true }
        #expect(await world.run("deploy").status == 0)
        try change()
        let run = await world.run("deploy", "--blue-green", "-o", "json")
        #expect(run.status == 0, "\(run.error)")
        let result = try run.json()
        #expect(result["version"]?.integer == 2)
        #expect(result["rollout"]?["strategy"]?.string == "blue-green")
        #expect(result["rollout"]?["steps"]?[0]?["percent"]?.integer == 100)
        #expect(service.state.current.writes.last == "traffic v2=100")
    }

    @Test func `a dry run shows the rollout`() async throws {
        let run = await world.run("deploy", "--dry-run", "--canary", "10,50", "--abort-on", "errors>2%", "-o", "json")
        #expect(run.status == 0, "\(run.error)")
        let rollout = try #require(try run.json()["rollout"])
        #expect(rollout["steps"]?.count == 3)
        #expect(rollout["step_ms"]?.integer == 60_000)
        #expect(rollout["abort_on"]?[0]?.string == "errors>2%")
        #expect(service.state.current.writes.isEmpty)
    }

    @Test func `an image goes to a server that runs images`() async throws {
        service.state.mutate { $0.capabilities.supportsCustomImages = true }
        let run = await world.run("deploy", "--image", "registry.example/hello:1", "-o", "json")
        #expect(run.status == 0, "\(run.error)")
        #expect(service.state.current.writes == ["deploy hello"])
        #expect(service.state.current.lastImage == "registry.example/hello:1")
    }
}
