import Foundation
import FuncKit
import TestSupport
import Testing

@Suite struct EnvironmentResolverTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("environment")
    }

    private func resolver(profile: String? = nil, _ process: [String: String] = [:]) -> EnvironmentResolver {
        EnvironmentResolver(folder: folder.path, profile: profile, processEnvironment: process)
    }

    @Test func laterSourcesWinAndEarlierOnesAreRemembered() throws {
        try folder.write("A=1\nB=1\nC=1\nD=1\nE=1\nF=1\n", to: ".env")
        try folder.write("B=2\nC=2\nD=2\nE=2\nF=2\n", to: ".env.local")
        try folder.write("C=3\nD=3\nE=3\nF=3\n", to: ".env.staging")
        try folder.write("D=4\nE=4\nF=4\n", to: ".env.staging.local")
        let place = SourceLocation(file: "function.yaml", line: 7, column: 9)
        let resolved = try resolver(profile: "staging").resolve(
            manifest: ["E": "5", "F": "5"],
            locations: ["E": place],
            flags: [EnvironmentAssignment(parsing: "F=5"), EnvironmentAssignment(parsing: "F=6")]
        )
        #expect(resolved.values == ["A": "1", "B": "2", "C": "3", "D": "4", "E": "5", "F": "6"])
        let e = try #require(resolved.variables.first { $0.name == "E" })
        #expect(e.source == .manifest(place))
        #expect(
            e.overridden == [
                .file(SourceLocation(file: ".env.staging.local", line: 2, column: 1)),
                .file(SourceLocation(file: ".env.staging", line: 3, column: 1)),
                .file(SourceLocation(file: ".env.local", line: 4, column: 1)),
                .file(SourceLocation(file: ".env", line: 5, column: 1)),
            ]
        )
        #expect(resolved.variables.last?.source == .flag)
        #expect(resolved.variables.map(\.name) == ["A", "B", "C", "D", "E", "F"])
    }

    @Test func profileFilesAreReadOnlyForTheirProfile() throws {
        try folder.write("A=staging\n", to: ".env.staging")
        #expect(try resolver().resolve().values.isEmpty)
        #expect(try resolver(profile: "production").resolve().values.isEmpty)
    }

    @Test(arguments: [
        ("${env:HOST}", "from-process"),
        ("http://${env:HOST}:${env:NONE:-80}/", "http://from-process:80/"),
        ("${env:ONLY_FILE}", "from-file"),
        ("${env:NONE:-${env:HOST}}", "from-process"),
        ("${env:BLANK:-x}", "x"),
        ("${env:BLANK}", ""),
        ("$${env:HOST}", "${env:HOST}"),
        ("$5 and $HOST", "$5 and $HOST"),
        ("two\nlines", "two\nlines"),
    ])
    func expandsManifestValues(text: String, expected: String) throws {
        try folder.write("HOST=from-file\nONLY_FILE=from-file\n", to: ".env")
        let resolved = try resolver(["HOST": "from-process", "BLANK": ""]).resolve(manifest: ["A": text])
        #expect(resolved.values["A"] == expected)
    }

    @Test(arguments: [
        ("A", "${env:NONE}", "the value of 'A' refers to '${env:NONE}', which is not set"),
        ("A", "${NONE}", "'${NONE' is not a reference"),
        ("A", "${env:NONE", "'${env:NONE' is not closed"),
        ("PORT", "1", "environment variable 'PORT' is set by the platform"),
        ("A B", "1", "'A B' cannot be the name of an environment variable"),
        ("A", "x\0y", "the value of 'A' holds a NUL character"),
    ])
    func locatesFaultsOfTheManifest(name: String, value: String, message: String) throws {
        let place = SourceLocation(file: "function.yaml", line: 4, column: 6)
        let error = try #require(throws: FuncError.self) {
            try resolver().resolve(manifest: [name: value], locations: [name: place])
        }
        #expect(error.code == .environmentInvalid)
        #expect(error.message == message)
        #expect(error.location == place)
    }

    @Test func flagsAreTakenAsTheyAre() throws {
        let flags = try ["A=${env:HOME}", "B=", "C=x=y", "HOME"].map { try EnvironmentAssignment(parsing: $0) }
        let values = try resolver(["HOME": "/home"]).resolve(flags: flags).values
        #expect(values == ["A": "${env:HOME}", "B": "", "C": "x=y", "HOME": "/home"])
    }

    @Test(arguments: ["", "=x", "1=x", "PORT=1", "K_X=1", "HKS_NAME"])
    func refusesFlags(text: String) throws {
        let error = try #require(throws: FuncError.self) { try EnvironmentAssignment(parsing: text) }
        #expect(error.code == .environmentInvalid)
    }

    @Test func refusesToHandOnAnUnsetVariable() throws {
        let flag = try EnvironmentAssignment(parsing: "NONE")
        let error = try #require(throws: FuncError.self) { try resolver().resolve(flags: [flag]) }
        #expect(error.hint == "give it a value: --env NONE=value")
    }

    @Test func faultsOfAllFilesComeTogether() throws {
        try folder.write("PORT=1\nX\n", to: ".env")
        try folder.write("Y\n", to: ".env.local")
        let error = try #require(throws: FuncError.self) { try resolver().resolve() }
        #expect(error.failures.map { $0.location?.file } == [".env", ".env", ".env.local"])
    }

    @Test func refusesAFileThatIsNotText() throws {
        try folder.write(Data([0x41, 0x3D, 0xFF]), to: ".env")
        let error = try #require(throws: FuncError.self) { try resolver().resolve() }
        #expect(error.description == ".env:1:1: the file is not UTF-8 text")
    }

    @Test(arguments: ["", "a/b", "../x"])
    func refusesProfilesThatAreNoNames(profile: String) throws {
        let error = try #require(throws: FuncError.self) { try resolver(profile: profile).resolve() }
        #expect(error.code == .invalidArgument)
    }
}
