import Foundation
import FuncKit
import HummingbirdTesting
import TestSupport
import Testing

@testable import FuncPlatform

/// The document and the routes describe the same API.
@Suite struct OpenAPITests {
    private let fixture: ControlFixture
    private let json: Data

    init() throws {
        fixture = try ControlFixture()
        let text = try String(contentsOfFile: Repository.path("docs/openapi.yaml"), encoding: .utf8)
        json = try YAMLText.json(from: text)
    }

    private var document: [String: Any] {
        (try? JSONSerialization.jsonObject(with: json) as? [String: Any]) ?? [:]
    }

    private struct Entry {
        var name: String
        var fields: [String: Any]
        var parameters: [[String: Any]]

        var responses: Set<String> { Set((fields["responses"] as? [String: Any] ?? [:]).keys) }
    }

    /// Every operation of the document, by method and path.
    private func entries() throws -> [String: Entry] {
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        var entries: [String: Entry] = [:]
        for (path, item) in paths {
            let shared = item["parameters"] as? [[String: Any]] ?? []
            for (method, value) in item where method != "parameters" {
                let fields = try #require(value as? [String: Any])
                let own = fields["parameters"] as? [[String: Any]] ?? []
                let name = "\(method.uppercased()) \(path)"
                entries[name] = Entry(name: name, fields: fields, parameters: (shared + own).map(resolved))
            }
        }
        return entries
    }

    private func resolved(_ value: [String: Any]) -> [String: Any] {
        guard let reference = value["$ref"] as? String else { return value }
        return reference.split(separator: "/").dropFirst().reduce(document as Any) { value, key in
            (value as? [String: Any])?[String(key)] as Any
        } as? [String: Any] ?? [:]
    }

    @Test func `each route is in the document and the other way round`() throws {
        let routes = Set(fixture.api().routes().operations.map { "\($0.method) \($0.path)" })
        let documented = Set(try entries().keys)
        #expect(routes.subtracting(documented).sorted() == [], "routes that docs/openapi.yaml does not describe")
        #expect(documented.subtracting(routes).sorted() == [], "operations that no route serves")
    }

    @Test func `each operation says what it takes and gives`() throws {
        let entries = try entries()
        var identifiers: Set<String> = []
        for operation in fixture.api().routes().operations {
            guard let entry = entries["\(operation.method) \(operation.path)"] else { continue }
            let identifier = try #require(entry.fields["operationId"] as? String, "\(entry.name)")
            #expect(identifiers.insert(identifier).inserted, "\(identifier) stands twice")
            #expect(entry.fields["summary"] is String, "\(entry.name) has no summary")
            #expect((entry.fields["tags"] as? [String])?.count == 1, "\(entry.name) has no tag")
            // There is no cluster here, and the route says so.
            if identifier != "getKubeconfig" {
                #expect(entry.responses.contains { $0.hasPrefix("2") || $0.hasPrefix("3") }, "\(entry.name)")
            }
            let named = Set(
                entry.parameters.filter { $0["in"] as? String == "path" }.compactMap { $0["name"] as? String }
            )
            #expect(named == Self.variables(in: operation.path), "\(entry.name)")
            // The body is read whole to tell whether the request is a repetition.
            if entry.parameters.contains(where: { $0["name"] as? String == "idempotency-key" }) {
                #expect(entry.responses.isSuperset(of: ["400", "409", "413", "422"]), "\(entry.name)")
            }
            let isOpen = (entry.fields["security"] as? [Any])?.isEmpty ?? false
            #expect(isOpen == (operation.access == .open), "\(entry.name)")
            guard operation.access != .open else { continue }
            #expect(entry.responses.isSuperset(of: ["401", "429"]), "\(entry.name)")
            if operation.access != .signedIn { #expect(entry.responses.contains("403"), "\(entry.name)") }
        }
    }

    @Test func `every reference leads somewhere`() throws {
        var missing: [String] = []
        func walk(_ value: Any) {
            if let object = value as? [String: Any] {
                if let reference = object["$ref"] as? String, resolved(object).isEmpty { missing.append(reference) }
                object.values.forEach(walk)
            } else if let array = value as? [Any] {
                array.forEach(walk)
            }
        }
        walk(document)
        #expect(missing == [])
    }

    @Test func `the platform serves the document as JSON without a token`() async throws {
        try await fixture.application().test(.router) { client in
            let answer = try await client.execute(uri: "/openapi.json", method: .get)
            #expect(answer.status == .ok)
            let served = try JSONSerialization.jsonObject(with: Data(answer.body.readableBytesView)) as? NSDictionary
            #expect(served == document as NSDictionary)
        }
    }

    private static func variables(in path: String) -> Set<String> {
        Set(path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) })
    }
}
