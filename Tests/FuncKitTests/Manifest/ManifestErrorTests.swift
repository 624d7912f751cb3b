import FuncKit
import Testing

@Suite struct ManifestErrorTests {
    /// What is added to a valid start of two lines, and what comes of it.
    struct Case: Sendable, CustomTestStringConvertible {
        var yaml: String
        var line: Int
        var column: Int
        var message: String
        var hint: String?
        var testDescription: String { yaml }
    }

    static let cases: [Case] = [
        Case(
            yaml: "handlr: main.handler",
            line: 3,
            column: 1,
            message: "unknown key 'handlr'",
            hint: "did you mean 'handler'?"
        ),
        Case(
            yaml: "memory: 256Mi",
            line: 3,
            column: 1,
            message: "unknown key 'memory'",
            hint: "'memory' belongs at 'resources.memory'"
        ),
        Case(
            yaml: "scaling:\n  timeout: 3",
            line: 4,
            column: 3,
            message: "unknown key 'timeout' in 'scaling'",
            hint: "'timeout' belongs at the top of the file"
        ),
        Case(
            yaml: "resources: { memory: 256MB }",
            line: 3,
            column: 22,
            message: "'resources.memory' must be a quantity such as 256Mi or 1Gi, not '256MB'",
            hint: "did you mean '256Mi'?"
        ),
        Case(
            yaml: "resources: { memory: 256 }",
            line: 3,
            column: 22,
            message: "'resources.memory' must be 1Mi to 1Ti, not '256'",
            hint: "did you mean '256Mi'?"
        ),
        Case(
            yaml: "resources: { cpu: 2 cores }",
            line: 3,
            column: 19,
            message: "'resources.cpu' must be a quantity such as 100m or 0.5, not '2 cores'",
            hint: "did you mean '2'?"
        ),
        Case(
            yaml: "timeout: 3601",
            line: 3,
            column: 10,
            message: "'timeout' must be 1 to 3600 seconds, not '3601'"
        ),
        Case(
            yaml: "timeout: 1500ms",
            line: 3,
            column: 10,
            message: "'timeout' must be whole seconds, not '1500ms'"
        ),
        Case(
            yaml: "timeout: [1]",
            line: 3,
            column: 10,
            message: "'timeout' must be seconds or a time such as 30s, 5m or 1h30m, not a list"
        ),
        Case(
            yaml: "concurrency: 010",
            line: 3,
            column: 14,
            message: "'concurrency' must be a whole number from 0 to 1000, not '010'"
        ),
        Case(
            yaml: "concurrency: 99999999999999999999",
            line: 3,
            column: 14,
            message: "'concurrency' must be a whole number from 0 to 1000, not '99999999999999999999'"
        ),
        Case(
            yaml: "scaling: { metric: concurency }",
            line: 3,
            column: 20,
            message: "'scaling.metric' must be one of concurrency, rps, cpu, memory, not 'concurency'",
            hint: "did you mean 'concurrency'?"
        ),
        Case(
            yaml: "description: 3.11",
            line: 3,
            column: 14,
            message: "'description' must be text, not '3.11'",
            hint: "put it in quotes: \"3.11\""
        ),
        Case(
            yaml: "environment:\n  HKS_X: a",
            line: 4,
            column: 3,
            message: "the key 'HKS_X' of 'environment' is set by the platform",
            hint: "choose another name"
        ),
        Case(
            yaml: "environment:\n  A:",
            line: 4,
            column: 5,
            message: "'environment.A' has no value",
            hint: "give it one, or remove the key"
        ),
        Case(
            yaml: "environment:\n  JSON: {\"a\": 1}",
            line: 4,
            column: 9,
            message: "'environment.JSON' must be text, not a map",
            hint: "put JSON in single quotes"
        ),
        Case(
            yaml: "triggers:\n  - name: api\n    type: htttp",
            line: 5,
            column: 11,
            message: "'triggers[0].type' must be one of http, schedule, event, messagequeue, timer, not 'htttp'",
            hint: "did you mean 'http'?"
        ),
        Case(
            yaml: "triggers: [ { name: a, type: http, methods: [GET, get] } ]",
            line: 3,
            column: 51,
            message:
                "'triggers[0].methods[1]' must be one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, not 'get'",
            hint: "did you mean 'GET'?"
        ),
        Case(
            yaml: "triggers: [ { name: a, type: http, methods: [GET, GET] } ]",
            line: 3,
            column: 51,
            message: "'triggers[0].methods' holds 'GET' twice"
        ),
        Case(
            yaml: "triggers: [ { name: a, type: schedule, cron: '@dayly' } ]",
            line: 3,
            column: 46,
            message: "'triggers[0].cron' '@dayly' is no known macro",
            hint: "use '@daily'"
        ),
        Case(
            yaml: "triggers: [ { name: a, type: http, path: /a, config: { path: /b } } ]",
            line: 3,
            column: 56,
            message: "'path' is a key of the trigger itself"
        ),
        Case(
            yaml: "command: server --port $PORT",
            line: 3,
            column: 10,
            message: "'command' has '$PORT', which only a shell understands, and runs without one",
            hint: "write it as a list: [sh, -c, '…']"
        ),
        Case(yaml: "command: run 'it", line: 3, column: 10, message: "'command' has a ' that is never closed"),
        Case(
            yaml: "secrets: [ { env: A, secret: a }, { env: A, secret: b } ]",
            line: 3,
            column: 42,
            message: "the variable 'A' is set twice, by 'environment' or another secret"
        ),
        Case(
            yaml: "environment: { A: x }\nsecrets: [ { env: A, secret: a } ]",
            line: 4,
            column: 19,
            message: "the variable 'A' is set twice, by 'environment' or another secret"
        ),
        Case(
            yaml: "secrets: [ { env: HKS_X, secret: a } ]",
            line: 3,
            column: 19,
            message: "'secrets[0].env' 'HKS_X' is set by the platform",
            hint: "choose another name"
        ),
        Case(
            yaml: "secrets: [ { file: a/../b, secret: a } ]",
            line: 3,
            column: 20,
            message: "'secrets[0].file' 'a/../b' must be \(SecretPath.expectation)"
        ),
        Case(
            yaml: "secrets: [ { file: a, secret: a }, { file: a, secret: b } ]",
            line: 3,
            column: 44,
            message: "the secret file 'a' is there twice"
        ),
        Case(
            yaml: "secrets: [ { file: a, secret: a }, { file: a/b, secret: b } ]",
            line: 3,
            column: 44,
            message: "the secret file 'a/b' and 'a' cannot both be files"
        ),
        Case(
            yaml: "secrets: [ { file: a, env: A, secret: a } ]",
            line: 3,
            column: 23,
            message: "'secrets[0]' can have only one of 'env' and 'file'",
            hint: "list the secret twice"
        ),
        Case(
            yaml: "secrets: [ { secret: a } ]",
            line: 3,
            column: 12,
            message: "'secrets[0]' needs one of 'env' and 'file'",
            hint: "add 'env', for example \"DB_PASSWORD\""
        ),
        Case(
            yaml: "profiles:\n  production:\n    scaling: { minScale: 200 }",
            line: 5,
            column: 26,
            message: "'scaling.minScale' is 200, more than 'scaling.maxScale', which is 100"
        ),
        Case(
            yaml: "profiles:\n  production:\n    scalling: {}",
            line: 5,
            column: 5,
            message: "unknown key 'scalling' in 'profiles.production'",
            hint: "did you mean 'scaling'?"
        ),
        // Columns count characters, not bytes or scalars.
        Case(
            yaml: "labels: { \"a\": \"ü👨‍👩‍👧\", nope: [] }",
            line: 3,
            column: 28,
            message: "'labels.nope' must be text, not a list"
        ),
    ]

    @Test(arguments: cases)
    func `says what is wrong and where`(testCase: Case) throws {
        let errors = ManifestFixtures.errors("name: hello\nruntime: python\n\(testCase.yaml)\n")
        let error = try #require(errors.first { $0.message == testCase.message }, "\(errors)")
        #expect(error.code == .manifestInvalid)
        #expect(
            error.location == SourceLocation(file: "function.yaml", line: testCase.line, column: testCase.column)
        )
        #expect(error.hint == testCase.hint)
    }

    @Test func `suggests runtime and name`() {
        let errors = ManifestFixtures.errors("name: My Func\nruntime: pyton3.11\n")
        #expect(errors.map(\.hint) == ["'my-func' would do", "did you mean 'python3.11'?"])
        #expect(errors.map(\.location?.line) == [1, 2])
    }

    @Test func `collects all errors of a file in the order of its lines`() throws {
        let text = "name: hello\ntimeout: x\nhandlr: a\nscaling:\n  minScale: 9\n  maxScale: 3\n  target: 0\n"
        let error = #expect(throws: FuncError.self) { try ManifestFixtures.load(text) }
        let failures = try #require(error?.failures)
        #expect(error?.code == .manifestInvalid)
        #expect(error?.message == "function.yaml has 5 errors")
        #expect(failures.map(\.location?.line) == [1, 2, 3, 5, 7])
        #expect(failures.map(\.message).contains("'runtime' is missing"))
    }

    @Test func `shows the first fifty of very many`() throws {
        let keys = (0..<300).map { "key\($0): 1\n" }.joined()
        let error = #expect(throws: FuncError.self) { try ManifestFixtures.load("name: a\nruntime: go\n" + keys) }
        #expect(error?.message == "function.yaml has 301 errors")
        #expect(error?.failures.count == 50)
    }

    @Test(arguments: ManifestFixtures.names(in: "rejected"))
    func `rejects with a place`(name: String) throws {
        let errors = ManifestFixtures.errors(try ManifestFixtures.text("rejected", name))
        #expect(!errors.isEmpty)
        #expect(errors.allSatisfy { $0.code == .manifestInvalid && $0.location != nil })
    }

    @Test(arguments: ManifestFixtures.names(in: "related"))
    func `rejects what only the validator can know`(name: String) throws {
        let errors = ManifestFixtures.errors(try ManifestFixtures.text("related", name))
        #expect(errors.count == 1, "\(errors)")
        #expect(errors.first?.location != nil)
    }

    @Test func `needs a handler where the runtime has no usual one`() {
        #expect(ManifestFixtures.errors("name: a\nruntime: go\n").map(\.message) == ["'handler' is missing"])
        #expect(ManifestFixtures.errors("name: a\nruntime: go\nhandler: Handler\n").isEmpty)
    }
}
