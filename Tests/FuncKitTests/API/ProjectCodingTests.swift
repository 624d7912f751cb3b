import Foundation
import FuncKit
import Testing

/// Projects and abilities as servers send them.
struct ProjectCodingTests {
    private func read(_ text: String) throws -> Project {
        try JSONDecoder.functionAPI.decode(Project.self, from: Data(text.utf8))
    }

    @Test func `what a server leaves out has a default`() throws {
        #expect(try read(#"{"id":"p","name":"shop"}"#) == Project(id: "p", name: "shop"))
        let sparse = """
            {"id":"p","name":"shop","display_name":null,"description":null,"labels":null,"settings":null,
            "resource_quotas":null,"status":"odd","created_at":"0001-01-01T00:00:00Z","updated_at":"","parent_id":null}
            """
        #expect(try read(sparse) == Project(id: "p", name: "shop"))
    }

    @Test(arguments: ["{}", #"{"id":"p"}"#, #"{"name":"p"}"#, #"{"id":null,"name":"p"}"#, "[]"])
    func `without id and name there is no project`(text: String) {
        #expect(throws: DecodingError.self) { try read(text) }
    }

    @Test func `every field survives the wire, under the names of service and console`() throws {
        var project = Project(id: "proj-1", name: "shop")
        project.displayName = "The Shop"
        project.description = "sells"
        project.workspaceID = "ws-1"
        project.workspaceName = "team"
        project.status = .archived
        project.labels = ["a": "b"]
        project.settings = ["x": .array([.integer(1), .null])]
        project.resourceQuotas = ["cpu_limit": .string("2")]
        project.createdAt = Date(timeIntervalSince1970: 1_700_000_000)
        project.updatedAt = Date(timeIntervalSince1970: 1_700_000_001)
        let data = try JSONEncoder.functionAPI.encode(project)
        #expect(try JSONDecoder.functionAPI.decode(Project.self, from: data) == project)
        let text = String(decoding: data, as: UTF8.self)
        for field in [
            #""namespace":"proj-1""#, #""namespace_name":"proj-1""#, #""resource_quota":{"cpu_limit":"2"}"#,
            #""created_at":"2023-11-14T22:13:20Z""#,
        ] {
            #expect(text.contains(field), "\(field)")
        }
        let console = try read(#"{"id":"p","name":"q","resource_quota":{"a":1}}"#)
        #expect(console.resourceQuotas == ["a": .integer(1)])
    }

    @Test func `abilities that a server does not name are none`() throws {
        let bare = try JSONDecoder.functionAPI.decode(Capabilities.self, from: Data("{}".utf8))
        #expect(bare == Capabilities(name: "", version: ""))
        let hosted = """
            {"name":"fission","version":"1.0.0","supports_grpc":true,"supports_tracing":null,"max_concurrency":50,
            "supported_log_formats":null,"supported_auth_methods":["jwt"],"warm_pool_size_per_function":3,
            "cost_model":"per-invocation","free_tier_gb_seconds":400000.5,"later":{"x":1}}
            """
        let told = try JSONDecoder.functionAPI.decode(Capabilities.self, from: Data(hosted.utf8))
        #expect(told.supportsGRPC && !told.supportsTracing)
        #expect(told.maxConcurrency == 50)
        #expect(told.supportedLogFormats.isEmpty)
        #expect(told.supportedAuthMethods == ["jwt"])
        #expect(told.warmPoolSizePerFunction == 3)
        #expect(told.costModel == "per-invocation")
        #expect(told.freeTierGBSeconds == 400_000.5)
        let again = try JSONDecoder.functionAPI.decode(
            Capabilities.self,
            from: JSONEncoder.functionAPI.encode(told)
        )
        #expect(again == told)
    }
}
