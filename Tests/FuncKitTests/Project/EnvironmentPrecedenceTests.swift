import Foundation
import TestSupport
import Testing

@testable import FuncKit

/// Which source wins, from the weakest to the strongest: one table, on the loader that every command uses.
@Suite struct EnvironmentPrecedenceTests {
    private static let sources = [
        ".env", ".env.local", ".env.staging", ".env.staging.local", "function.yaml", "first.env", "second.env", "--env",
    ]

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("precedence")
    }

    private func load(_ sources: [String], profile: String? = "staging") throws -> LoadedProject {
        var manifest = "name: hello\nruntime: python\nprofiles: { staging: {} }\n"
        if sources.contains("function.yaml") { manifest += "environment: { NAME: function.yaml }\n" }
        try folder.write(manifest, to: "function.yaml")
        for name in sources where name.hasPrefix(".env") || name.hasSuffix(".env") {
            try folder.write("NAME=\(name)\n", to: name)
        }
        return try ProjectLoader(processEnvironment: ["NAME": "shell"]).load(
            from: folder.path,
            profile: profile,
            environmentFiles: ["first.env", "second.env"].filter(sources.contains).map(folder.path),
            flags: sources.contains("--env") ? [EnvironmentAssignment(parsing: "NAME=--env")] : []
        )
    }

    @Test(arguments: sources.indices)
    func `each source goes before all that are weaker`(index: Int) throws {
        let project = try load(Array(Self.sources[...index]))
        #expect(project.settings.environment["NAME"] == Self.sources[index])
        let variable = try #require(project.environment.variables.first)
        #expect(variable.overridden.count == index)
    }

    @Test func `references in the manifest see files of options, then the shell, then the files of the project`() throws
    {
        let manifest = "name: hello\nruntime: python\nenvironment: { RESULT: '${env:NAME:-none}' }\n"
        func result(_ environment: [String: String], option: Bool) throws -> String? {
            try ProjectLoader(processEnvironment: environment)
                .load(from: folder.path, environmentFiles: option ? [folder.path("option.env")] : [])
                .settings.environment["RESULT"]
        }
        try folder.write(manifest, to: "function.yaml")
        #expect(try result([:], option: false) == "none")
        try folder.write("NAME=file\n", to: ".env")
        try folder.write("NAME=option\n", to: "option.env")
        #expect(try result([:], option: false) == "file")
        #expect(try result(["NAME": "shell"], option: false) == "shell")
        #expect(try result(["NAME": "shell"], option: true) == "option")
    }

    @Test func `a value that refers to others names them with their sources`() throws {
        try folder.write(
            "name: hello\nruntime: python\nenvironment: { NAME: '${env:NAME:-x}', HOME_URL: '${env:HOST}/${env:SHELL_NAME}' }\n",
            to: "function.yaml"
        )
        try folder.write("NAME=file\nHOST=h\nURL=http://${HOST}\n", to: ".env")
        let variables = try ProjectLoader(processEnvironment: ["SHELL_NAME": "s"])
            .load(from: folder.path).environment.variables
        func references(_ name: String) -> [String] {
            let variable = variables.first { $0.name == name }
            return variable?.references.map { "\($0.name) of \($0.source?.description ?? "shell")" } ?? []
        }
        #expect(references("NAME") == ["NAME of file .env:1:1"])
        #expect(references("URL") == ["HOST of file .env:2:1"])
        #expect(references("HOME_URL") == ["HOST of file .env:2:1", "SHELL_NAME of shell"])
        #expect(variables.first { $0.name == "NAME" }?.overridden.isEmpty == true, "it is used, not lost")
    }

    @Test func `a file of an option that is not there, and one with faults, are errors with their place`() throws {
        try folder.write("name: hello\nruntime: python\n", to: "function.yaml")
        let loader = ProjectLoader(processEnvironment: [:])
        let missing = #expect(throws: FuncError.self) {
            try loader.load(from: folder.path, environmentFiles: [folder.path("nope.env")])
        }
        #expect(missing?.code == .invalidArgument)
        #expect(missing?.message.contains("nope.env") == true)
        try folder.write("OK=1\nPORT=80\nA=${NOTHING}\n", to: "bad.env")
        let faulty = #expect(throws: FuncError.self) {
            try loader.load(from: folder.path, environmentFiles: [folder.path("bad.env")])
        }
        #expect(faulty?.code == .environmentInvalid)
        #expect(faulty?.location == SourceLocation(file: "bad.env", line: 2, column: 1))
    }

    @Test func `the value of a secret that becomes a file is not deployed in clear text either`() throws {
        try folder.write(
            "name: hello\nruntime: python\nsecrets: [ { file: key.pem, secret: tls-key } ]\n",
            to: "function.yaml"
        )
        try folder.write("TLS_KEY=pem\nOTHER=x\n", to: ".env.local")
        let project = try ProjectLoader(processEnvironment: [:]).load(from: folder.path)
        #expect(project.settings.environment == ["OTHER": "x"])
        let reference = SecretReference(file: "key.pem", secret: "tls-key")
        #expect(try project.localSecretValues(processEnvironment: [:]) == [reference: Data("pem".utf8)])
    }
}
