import Foundation
import TestSupport
import Testing

@testable import FuncKit

/// What is written about variables for nothing is reported, wherever a project is loaded.
@Suite struct EnvironmentNoticeTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("notices")
        try write(environment: "{}")
    }

    private func write(environment: String) throws {
        let manifest =
            "name: hello\nruntime: python\nenvironment: \(environment)\nprofiles: { production: {}, staging: {} }\n"
        try folder.write(manifest, to: "hello/function.yaml")
    }

    private func notices(profile: String? = nil, files: [String] = [], from: String = "hello") throws -> [String] {
        try ProjectLoader(processEnvironment: [:])
            .load(from: folder.path(from), profile: profile, environmentFiles: files.map(folder.path))
            .notices
    }

    @Test func `a project in order has none`() throws {
        try folder.write("HOST=h\nURL=http://${HOST}/\nLEVEL=info\n", to: "hello/.env")
        try folder.write("LEVEL=debug\n", to: "hello/.env.local")
        for name in [".env.production", ".env.staging.local", ".env.example", ".env.local.example", ".env.sample"] {
            try folder.write("LEVEL=warn\n", to: "hello/" + name)
        }
        #expect(try notices().isEmpty)
        #expect(try notices(profile: "production").isEmpty)
    }

    @Test func `an assignment that the manifest replaces has no effect, unless something refers to it`() throws {
        try folder.write("A=1\nB=2\nC=3\nD=${C}\nE=5\n", to: "hello/.env")
        try write(environment: "{ A: x, B: '${env:B:-x}', C: x, E: x, F: '${env:E}' }")
        #expect(
            try notices() == [
                ".env:1:1: 'A' has no effect: function.yaml sets it; remove one of the two, "
                    + "or write '${env:A:-…}' there to let the file decide"
            ]
        )
    }

    @Test func `a variable that is set twice in one file`() throws {
        try folder.write("A=1\nP=/bin\nP=${P}:/sbin\nA=2\n", to: "hello/.env")
        #expect(try notices() == [".env:1:1: 'A' has no effect: line 4 sets it again; remove one of the two"])
    }

    @Test(arguments: [
        (
            ".env.prod",
            "'.env.prod' is never read: function.yaml has no profile 'prod'; did you mean '.env.production'?"
        ),
        (
            ".env.stagng.local",
            "'.env.stagng.local' is never read: function.yaml has no profile 'stagng'; did you mean '.env.staging.local'?"
        ),
        (
            ".env.qa",
            "'.env.qa' is never read: function.yaml has no profile 'qa'; "
                + "add the profile to 'profiles', or read the file with --env-file .env.qa"
        ),
    ])
    func `a file of a profile that is not defined`(name: String, notice: String) throws {
        try folder.write("A=1\n", to: "hello/" + name)
        #expect(try notices() == [notice])
        #expect(try notices(files: ["hello/" + name]).isEmpty, "unless an option names it")
    }

    @Test func `a file in a folder above or below`() throws {
        try folder.write("A=1\n", to: ".env")
        #expect(try notices().map { $0.contains("'\(folder.path(".env"))' is not read") } == [true])
        #expect(try notices(files: [".env"]).isEmpty)
        try folder.write("A=1\n", to: "hello/.env")
        #expect(try notices().isEmpty, "the project has its own")
        try folder.write("A=1\n", to: "hello/src/.env")
        #expect(try notices(from: "hello/src").map { $0.contains("hello/src/.env' is not read") } == [true])
        #expect(try notices().isEmpty)
    }

    @Test func `a file of an option that holds nothing`() throws {
        try folder.write("# later\n", to: "empty.env")
        #expect(try notices(files: ["empty.env"]).map { $0.contains("holds no variables") } == [true])
    }

    @Test(arguments: [
        ("DB_PASSWORD", "x", true), ("apiToken", "x", true), ("GREETING", "hello", false),
        ("DATABASE_URL", "postgres://me:pw@host/db", true), ("DATABASE_URL", "postgres://host/db", false),
        ("HOME_URL", "https://me@host/a:b", false),
    ])
    func `values that had better not be shown`(name: String, value: String, isSecret: Bool) {
        #expect(EnvironmentName.looksSecret(name, value: value) == isSecret)
    }
}
