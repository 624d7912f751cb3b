import Foundation
import TestSupport
import Testing

@testable import FuncKit

@Suite struct LocalSecretsTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("project")
        try folder.write(
            """
            name: hello
            runtime: python
            secrets: [ { env: DB_PASSWORD, secret: db }, { file: key.pem, secret: tls-key } ]
            environment: { PLAIN: x }
            """,
            to: "function.yaml"
        )
    }

    private func load(_ flags: [String] = []) throws -> LoadedProject {
        try ProjectLoader(processEnvironment: [:]).load(
            from: folder.path,
            flags: flags.map { try EnvironmentAssignment(parsing: $0) }
        )
    }

    @Test func `the value of a secret in a file of variables is not deployed in clear text`() throws {
        try folder.write("DB_PASSWORD=local\nOTHER=y\n", to: ".env.local")
        let project = try load()
        #expect(project.settings.environment == ["PLAIN": "x", "OTHER": "y"])
        #expect(project.settings.secrets.map(\.secret) == ["db", "tls-key"])
    }

    @Test func `a flag for a variable that a secret gives is refused without its value`() throws {
        let error = #expect(throws: FuncError.self) { try load(["DB_PASSWORD=hunter2"]) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains("DB_PASSWORD") == true)
        #expect("\(error.debugDescription)".contains("hunter2") == false)
    }

    @Test func `values of a run on this machine come from files first, then from the caller`() throws {
        try folder.write("DB_PASSWORD=local\n", to: ".env.local")
        let values = try load().localSecretValues(processEnvironment: ["DB_PASSWORD": "caller", "TLS_KEY": "pem"])
        #expect(
            values == [
                SecretReference(env: "DB_PASSWORD", secret: "db"): Data("local".utf8),
                SecretReference(file: "key.pem", secret: "tls-key"): Data("pem".utf8),
            ]
        )
    }

    @Test func `every secret without a value is named, with the variable to set`() throws {
        let error = #expect(throws: FuncError.self) { try load().localSecretValues(processEnvironment: [:]) }
        #expect(error?.code == .environmentInvalid)
        #expect(error?.failures.count == 2)
        #expect(error?.failures.last?.hint?.contains("TLS_KEY=") == true)
    }

    @Test func `reads a file of variables as secrets`() throws {
        let text = "# shop\nexport DB_PASSWORD='a b'\nAPI_KEY=x\nURL=http://${API_KEY}/\nAPI_KEY=second\n"
        let found = try SecretAssignment.read(text, file: ".env", processEnvironment: [:])
        #expect(found.map(\.name) == ["db-password", "url", "api-key"])
        #expect(found.map(\.value) == ["a b", "http://x/", "second"])
        #expect(found.map(\.variable) == ["DB_PASSWORD", "URL", "API_KEY"])
    }

    @Test(arguments: [
        ("__=hunter2", 1, "would become the secret ''"), ("A_B=1\na_b=2", 2, "would both become the secret 'a-b'"),
        ("A=x\nB=", 2, "has no value"), ("KEY=\"hunter2\nhunter2", 1, "its quotes are wrong"),
        ("KEY=x\nhunter2/hunter2+\n", 2, "does not begin an assignment"),
        ("KEY=abc${hunter2}", 1, "refers to a variable that is not set"),
    ])
    func `faults of such a file have a place and quote no value`(text: String, line: Int, message: String) throws {
        let error = #expect(throws: FuncError.self) {
            try SecretAssignment.read(text, file: ".env", processEnvironment: [:])
        }
        let fault = error?.failures.first ?? error
        #expect(fault?.code == .environmentInvalid)
        #expect(fault?.message.contains(message) == true, "\(fault?.message ?? "")")
        #expect(fault?.location?.line == line)
        #expect(!"\(String(describing: error))".contains("hunter2"))
    }

    @Test func `an empty file and a value that is too long are refused`() {
        for text in ["", "# nothing\n", "A=" + String(repeating: "x", count: Secret.maxBytes + 1)] {
            let error = #expect(throws: FuncError.self) {
                try SecretAssignment.read(text, file: ".env", processEnvironment: [:])
            }
            #expect(error?.code == .environmentInvalid)
            #expect((error?.message.count ?? 0) < 200)
        }
    }
}
