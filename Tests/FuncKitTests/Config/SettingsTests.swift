import Foundation
import FuncKit
import TestSupport
import Testing

@Suite struct SettingsTests {
    private let config: ConfigFile

    init() throws {
        config = try ConfigFile(
            path: "/c/config.yaml",
            text: """
                context: work
                project: from-config
                output: json
                platform: { port: 9000 }
                contexts:
                  work: { endpoint: "https://api.example.com", project: from-context }
                """
        )
    }

    private func settings(
        flags: [String: String] = [:],
        environment: [String: String] = [:],
        manifest: [String: String] = [:]
    ) -> Settings {
        Settings(
            flags: flags,
            environment: environment,
            manifest: manifest,
            config: config,
            defaults: ["platform.dataDir": "/state"]
        )
    }

    @Test func `the first source wins and all are shown`() throws {
        let resolved = try settings(
            flags: ["project": "a"],
            environment: ["HKS_FUNC_PROJECT": "b", "HKS_FUNC_NAMESPACE": "c"],
            manifest: ["project": "d"]
        ).resolve("project")
        #expect(resolved.value == "a")
        #expect(resolved.candidates.map(\.value) == ["a", "b", "c", "d", "from-context", "from-config", "default"])
        #expect(resolved.candidates.map(\.wins) == [true, false, false, false, false, false, false])
        #expect(
            resolved.candidates.map(\.source.description) == [
                "flag --namespace", "environment variable HKS_FUNC_PROJECT", "environment variable HKS_FUNC_NAMESPACE",
                "manifest function.yaml", "context work", "configuration /c/config.yaml", "default",
            ]
        )
    }

    @Test(arguments: [
        (["project": "a"], ["HKS_FUNC_PROJECT": "b"], ["project": "d"], "a"),
        ([:], ["HKS_FUNC_PROJECT": "b"], ["project": "d"], "b"),
        ([:], ["HKS_FUNC_PROJECT": ""], ["project": "d"], "d"),
        ([:], ["HKS_FUNC_NAMESPACE": "c"], ["project": "d"], "c"),
        ([:], [:], [:], "from-context"),
        ([:], ["HKS_FUNC_CONTEXT": "local"], [:], "from-config"),
    ])
    func `precedence, level by level`(
        flags: [String: String],
        environment: [String: String],
        manifest: [String: String],
        expected: String
    ) throws {
        #expect(try settings(flags: flags, environment: environment, manifest: manifest).value("project") == expected)
    }

    @Test func `defaults and missing values`() throws {
        #expect(try settings().value("color") == "auto")
        #expect(try settings().value("platform.port") == "9000")
        #expect(try settings().value("platform.dataDir") == "/state")
        let local = settings(environment: ["HKS_FUNC_CONTEXT": "local"])
        #expect(try local.resolve("endpoint").candidates.isEmpty)
    }

    @Test(arguments: [
        ("platform.prot", "did you mean 'platform.port'?"), ("outptu", "did you mean 'output'?"),
        (
            "zzzzzz",
            """
            settings are context, endpoint, workspace, project, sourceEncoding, output, color, platform.port, \
            platform.rateLimits, platform.dataDir, platform.corsOrigins
            """
        ),
    ])
    func `an unknown setting names the nearest`(name: String, hint: String) {
        let error = #expect(throws: FuncError.self) { try settings().value(name) }
        #expect(error?.code == .configInvalid)
        #expect(error?.message == "there is no setting '\(name)'")
        #expect(error?.hint == hint)
    }

    @Test(arguments: [
        ("output", "HKS_FUNC_OUTPUT", "jsn", "is not one of human, json, yaml, name, jsonl"),
        ("platform.port", "HKS_FUNC_PORT", "70000", "is not a port from 0 to 65535"),
        ("platform.port", "HKS_FUNC_PORT", "-1", "is not a port from 0 to 65535"),
        ("platform.dataDir", "HKS_FUNC_DATA_DIR", "here", "is not an absolute path"),
        ("endpoint", "HKS_API_ENDPOINT", "ftp://x", "is not an http or https address without credentials and query"),
        ("endpoint", "HKS_FUNC_ENDPOINT", "https://x?a=b", "is not an http or https address without credentials"),
        ("platform.corsOrigins", "HKS_FUNC_CORS_ORIGINS", "*", "is not a list of origins"),
        ("platform.corsOrigins", "HKS_FUNC_CORS_ORIGINS", "http://a.example/", "is not a list of origins"),
        ("platform.corsOrigins", "HKS_FUNC_CORS_ORIGINS", "http://a.example,null", "is not a list of origins"),
        ("platform.corsOrigins", "HKS_FUNC_CORS_ORIGINS", " , ", "is not a list of origins"),
        ("context", "HKS_FUNC_CONTEXT", "A b", "is not a name of lower-case letters, digits and hyphens"),
    ])
    func `a value that is none is refused with its source`(name: String, variable: String, value: String, what: String)
    {
        let error = #expect(throws: FuncError.self) { try settings(environment: [variable: value]).value(name) }
        #expect(error?.code == .configInvalid)
        #expect(
            error?.message.hasPrefix("environment variable \(variable) sets '\(name)' to '\(value)', which ") == true
        )
        #expect(error?.message.contains(what) == true)
    }

    @Test func `origins are brought into one form`() throws {
        let settings = settings(environment: ["HKS_FUNC_CORS_ORIGINS": "HTTP://Localhost:3000, https://a.example"])
        #expect(try settings.value("platform.corsOrigins") == "http://localhost:3000,https://a.example")
    }

    @Test func `the older word for human output is taken`() throws {
        #expect(try settings(environment: ["HKS_FUNC_OUTPUT": "text"]).value("output") == "human")
    }

    @Test func `every key is named once and its default is a value`() throws {
        #expect(Set(SettingKey.all.map(\.name)).count == SettingKey.all.count)
        let variables = SettingKey.all.flatMap(\.environment)
        #expect(Set(variables).count == variables.count)
        for key in SettingKey.all {
            guard let fallback = key.fallback else { continue }
            #expect(try key.checked(fallback, from: "default") == fallback)
        }
    }

    @Test func `base directories follow XDG and ignore relative paths`() {
        let plain = BaseDirectories(environment: ["XDG_CACHE_HOME": "relative", "XDG_STATE_HOME": ""], home: "/h")
        #expect(plain.config == "/h/.config/hks-func")
        #expect(plain.state == "/h/.local/state/hks-func")
        #expect(plain.cache == "/h/.cache/hks-func")
        #expect(plain.data == "/h/.local/share/hks-func")
        #expect(plain.platform == "/h/.local/state/hks-func/platform")
        #expect(
            BaseDirectories(environment: ["XDG_CONFIG_HOME": "/x"], home: "/h").configFile == "/x/hks-func/config.yaml"
        )
    }
}
