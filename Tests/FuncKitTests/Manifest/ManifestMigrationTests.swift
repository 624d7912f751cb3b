import Foundation
import FuncKit
import Testing

@Suite struct ManifestMigrationTests {
    private static let samples = ManifestFixtures.names(in: "older").filter { !$0.hasSuffix(".expected") }

    @Test(arguments: samples)
    func `rewrites an older form with its comments`(name: String) throws {
        let text = try ManifestFixtures.text("older", name)
        let expected = try ManifestFixtures.text("older", name + ".expected")
        let rewritten = try ManifestMigration.rewrite(text, file: "function.yaml", loader: ManifestFixtures.loader)
        #expect(rewritten == expected)
        let (before, after) = (try ManifestFixtures.load(text), try ManifestFixtures.load(rewritten))
        #expect(before.manifest == after.manifest)
        #expect(!before.notices.isEmpty)
        #expect(after.notices.isEmpty)
    }

    @Test func `reads the flat form as the present one`() throws {
        let loaded = try ManifestFixtures.load(ManifestFixtures.text("older", "flat"))
        let settings = loaded.manifest.settings
        #expect(settings.scaling == Scaling(minScale: 1, maxScale: 10))
        #expect(settings.timeout == 60)
        #expect(settings.labels == ["team": "a"])
        #expect(settings.secrets == [SecretReference(env: "DB_PASSWORD", secret: "db-password")])
        let config = ["event_type": "com.example.created", "event_source": "/orders", "filter.region": "eu"]
        #expect(settings.triggers == [TriggerSpec(name: "event-1", type: "event", config: config)])
        #expect(loaded.notices.map(\.message).contains("'deploy.timeout' is now 'timeout'"))
        #expect(loaded.notices.first { $0.message.contains("deploy.timeout") }?.location.line == 26)
    }

    @Test(arguments: [("token", ["path": "/a", "auth": "token"]), ("public", ["path": "/a"])])
    func `keeps what the older form says about who may call`(word: String, config: [String: String]) throws {
        let text = """
            apiVersion: hks.io/v1
            kind: Function
            metadata: {name: a}
            spec: {runtime: python, trigger: {type: http, path: /a, auth: {type: \(word)}}}
            """
        let settings = try ManifestFixtures.load(text).manifest.settings
        #expect(settings.triggers == [TriggerSpec(name: "http", type: "http", config: config)])
    }

    @Test func `leaves the present form and its layout alone`() throws {
        let text = try ManifestFixtures.text("accepted", "full")
        #expect(try ManifestMigration.rewrite(text, file: "f", loader: ManifestFixtures.loader) == text)
    }

    @Test func `keeps line ends and long texts`() throws {
        let text =
            "name: a\r\nruntime: go\r\nhandler: H\r\ndescription: |\r\n  one\r\n  two # not a comment\r\ntemplate: http # c\r\n"
        let rewritten = try ManifestMigration.rewrite(text, file: "f", loader: ManifestFixtures.loader)
        #expect(rewritten == text.replacingOccurrences(of: "template: http #", with: "type: http  #"))
    }

    @Test(arguments: [
        (
            "name: a\nruntime: go\ntimeout: 3\ndeploy: { timeout: 4 }\n",
            "'timeout' is set twice, the second time as 'deploy.timeout'"
        ),
        ("name: a\nruntime: go\ndeploy: { timeot: 4 }\n", "unknown key 'timeot' in 'deploy'"),
        ("name: a\nruntime: go\nhandler: H\ndeploy: 3\n", "'deploy' must be a map of keys and values, not '3'"),
        ("name: a\nruntime: go\nhandler: H\nevents: x\n", "'events' must be a list, not 'x'"),
        (
            "apiVersion: hks.io/v2\nkind: Function\nmetadata: {name: a}\nspec: {runtime: python}\n",
            "'apiVersion' must be 'hks.io/v1', not 'hks.io/v2'"
        ),
        (
            "apiVersion: hks.io/v1\nkind: Function\nmetadata: {name: a}\nspec: {runtime: python, trigger: {type: http, auth: {type: basic}}}\n",
            "'spec.trigger.auth' asks for an authentication that there is not"
        ),
        (
            "apiVersion: hks.io/v1\nkind: Function\nmetadata: {name: a}\nspec: {runtime: python, trigger: {type: aiops}}\n",
            "'spec.trigger.type' must be http, event or schedule, not 'aiops'"
        ),
        ("functions:\n  a: {runtime: go}\n", "this describes functions in another tool's form"),
        ("function: {name: a, runtime: go}\n", "this describes functions in another tool's form"),
    ])
    func `refuses what has no counterpart`(text: String, message: String) {
        let errors = ManifestFixtures.errors(text)
        #expect(errors.contains { $0.message.hasPrefix(message) && $0.location != nil }, "\(errors)")
    }

    @Test func `locates a wrong value where it stands in the older form`() throws {
        let errors = ManifestFixtures.errors("name: a\nruntime: python\ndeploy:\n  autoscaling:\n    metric: cpus\n")
        #expect(errors.map(\.location?.description) == ["function.yaml:5:13"])
    }
}
