import Foundation
import Testing

@testable import FuncKit

@Suite struct ManifestSchemaTests {
    private func schema() throws -> JSON {
        try JSONDecoder().decode(JSON.self, from: Data(ManifestSchema.json.utf8))
    }

    private func accepts(_ text: String) throws -> Bool {
        let document = try YAMLDocument(SourceText(text, file: "function.yaml"))
        return try SchemaChecker().accepts(JSON(document.root), schema())
    }

    @Test(arguments: ManifestFixtures.names(in: "accepted"))
    func `accepts what the loader accepts`(name: String) throws {
        #expect(try accepts(ManifestFixtures.text("accepted", name)))
    }

    @Test(arguments: ManifestFixtures.names(in: "rejected"))
    func `rejects what the loader rejects`(name: String) throws {
        #expect(try !accepts(ManifestFixtures.text("rejected", name)))
    }

    @Test(arguments: ManifestFixtures.names(in: "related"))
    func `leaves to the loader what no schema can say`(name: String) throws {
        #expect(try accepts(ManifestFixtures.text("related", name)))
    }

    /// Small changes to a valid file: schema and loader agree on each of them.
    @Test(arguments: [
        "timeout: 3600", "timeout: 3601", "timeout: \"\"", "timeout: 5m", "timeout: true", "timeout: 1.5",
        "concurrency: 1000", "concurrency: 1001", "concurrency: \"1\"", "resources: { cpu: 0 }",
        "resources: { cpu: 0.5 }", "resources: { memory: 1Gi }", "resources: { memory: 1GB }",
        "resources: { memory: 100 }", "resources: { memory: true }", "resources:", "resources: []", "type: HTTP",
        "description: 1", "description: \"1\"", "handler: \"\"", "handler: a..b", "handler: Function::Handler",
        "command: []", "command: [1]", "command: x", "command: {}", "build: { include: x }",
        "build: { include: [\"\"] }",
        "environment: { A: 1, B: true, C: 1.5, D: x }", "environment: { A: }", "environment: { K_X: 1 }",
        "secrets: [a-b]", "secrets: [1]", "secrets: [\"a b\"]", "secrets: [{ env: A, secret: b }]",
        "secrets: [{ env: A, secret: b, key: c }]", "secrets: [{ file: tls/key.pem, secret: b }]",
        "secrets: [{ file: /etc/passwd, secret: b }]", "secrets: [{ file: ../up, secret: b }]",
        "secrets: [{ file: a//b, secret: b }]", "secrets: [{ file: a/./b, secret: b }]",
        "secrets: [{ file: .hidden, secret: b }]", "secrets: [{ file: a/, secret: b }]",
        "secrets: [{ file: a, env: A, secret: b }]", "secrets: [{ secret: b }]", "scaling: { scaleDownDelay: 3601 }",
        "scaling: { profile: fast }",
        "triggers: [{ name: a, type: http, methods: [GET, GET] }]", "triggers: [{ name: A, type: http }]",
        "triggers: [{ name: a, type: schedule }]", "triggers: [{ name: a, type: timer, every: 5m }]",
        "triggers: [{ name: a, type: event, filter: { Type: x } }]", "triggers: [null]", "triggers: {}",
        "triggers: [{ name: a, type: http, enabled: yes-please }]", "labels: { \"a/b\": \"\" }", "labels: { a: 1 }",
        "labels: { \"-a\": b }", "profiles: { a: { timeout: 3 } }", "profiles: { a: { profiles: {} } }",
        "profiles: { \"a b\": {} }", "profiles: { a: [] }", "nonsense: 1",
    ])
    func `agrees with the loader`(line: String) throws {
        let text = "name: hello\nruntime: python\n\(line)\n"
        #expect(try accepts(text) == ManifestFixtures.errors(text).isEmpty)
    }

    /// Every key of the table is in the schema with a description, and its examples are valid.
    @Test func `describes every key, with valid examples`() throws {
        let count = try check(ManifestFields.root, against: schema(), path: "")
        #expect(count > 60)
    }

    private func check(_ fields: [ManifestField], against schema: JSON, path: String) throws -> Int {
        var count = 0
        for field in fields {
            let place = "\(path).\(field.name)"
            let property = try #require(schema["properties"]?[field.name], "\(place)")
            #expect(property["description"] == .string(field.summary))
            #expect(field.summary.hasSuffix("."), "\(place)")
            for example in property["examples"]?.items ?? [] {
                #expect(try SchemaChecker().accepts(example, property), "\(place): \(example)")
            }
            if let fallback = property["default"] {
                #expect(try SchemaChecker().accepts(fallback, property), "\(place): \(fallback)")
            }
            count += try 1 + check(field.shape, against: property, path: place)
        }
        #expect(Set(fields.map(\.name)).count == fields.count)
        #expect(schema["properties"]?.members.count == fields.count)
        #expect(schema["additionalProperties"] == .boolean(false))
        return count
    }

    private func check(_ shape: ManifestShape, against schema: JSON, path: String) throws -> Int {
        switch shape {
        case .object(let fields): return try check(fields, against: schema, path: path)
        case .list(let item, _): return try check(item, against: #require(schema["items"]), path: path + "[]")
        case .map(_, let values):
            return try check(values, against: #require(schema["additionalProperties"]), path: path + ".*")
        case .textOrObject(_, let fields, _):
            return try check(fields, against: #require(schema["anyOf"]?.items.last), path: path)
        case .variants(let deciding, let common, let cases):
            let alternatives = try #require(schema["oneOf"]?.items)
            #expect(alternatives.count == cases.count)
            return try zip(cases, alternatives).map { variant, schema in
                let own = ManifestField(name: deciding, shape: .choice([variant.value]), summary: variant.summary)
                return try check([own] + common + variant.fields, against: schema, path: "\(path)(\(variant.value))")
            }.reduce(0, +)
        default: return 0
        }
    }

    @Test func `has patterns that compile`() throws {
        func patterns(_ json: JSON) -> [String] {
            var found = (json.items + Array(json.members.values)).flatMap(patterns)
            if case .string(let pattern) = json["pattern"] { found.append(pattern) }
            return found
        }
        let all = Set(patterns(try schema()))
        #expect(all.count > 10)
        for pattern in all { _ = try Regex(pattern) }
    }
}
