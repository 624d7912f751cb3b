import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct JavaRecipeTests {
    @Test(arguments: [
        ("Handler.java", "class Handler {\n    int a = ;\n}\n", "Handler.java:2: illegal start of expression"),
        (
            "com/example/Handler.java", "package com.example;\n\nclass Handler {\n    Order order;\n}\n",
            "com/example/Handler.java:4: cannot find symbol: class Order"
        ),
    ])
    func `names file and line of a compile error`(file: String, text: String, message: String) async throws {
        let fixture = try JavaFixture()
        try fixture.base.write(text, to: "src/main/java/" + file)
        let error = try await fixture.failure()
        #expect(error.code == .buildFailed)
        #expect(error.message == "compile error in src/main/java/" + message)
        #expect(!error.details.isEmpty)
    }

    @Test(arguments: [
        (
            "[INFO] Compiling\n[ERROR] COMPILATION ERROR :\n[ERROR] /b/app/src/main/java/a/B.java:[7,20] ';' expected\n",
            "compile error in src/main/java/a/B.java:7: ';' expected"
        ),
        ("[ERROR] No goals have been specified\n", nil),
    ])
    func `reads what Maven prints`(output: String, message: String?) {
        #expect(JavaRecipe.compileError(in: output) == message)
    }

    @Test func `compiles the host once for all functions`() async throws {
        let fixture = try JavaFixture()
        try fixture.writeHandler()
        let first = try await fixture.build()
        #expect(try await fixture.base.messages().contains("compiling the Java host, once for all functions"))
        try fixture.writeHandler(source: "other")
        let second = try await fixture.build("other", version: "v2")
        #expect(try await !fixture.base.messages("v2").contains("compiling the Java host, once for all functions"))
        #expect(first.digest != second.digest)
        for bundle in [first, second] {
            #expect(FileManager.default.fileExists(atPath: bundle.folder + "/classes/Handler.class"))
            #expect(FileManager.default.fileExists(atPath: bundle.folder + "/host/lib/host.jar"))
            #expect(!FileManager.default.fileExists(atPath: bundle.folder + "/sources.txt"))
        }
    }

    @Test func `the class path holds what is there, and nothing of where it was built`() async throws {
        let fixture = try JavaFixture()
        try fixture.writeHandler()
        try fixture.base.write("a=b\n", to: "src/main/resources/settings.properties")
        try fixture.base.write("", to: "lib/README")
        let command = try await fixture.build().command
        #expect(command.contains("../host/lib/host.jar:../classes:src/main/resources:lib/*"))
        #expect(command.last == "dev.hks.host.Main")
        #expect(!command.contains { $0.contains("building") })
    }

    @Test(arguments: [
        ("<project><dependencies><dependency/></dependencies></project>", false),
        ("<project><dependencies>\n<dependency>x</dependency></dependencies></project>", true),
        ("<project><!-- <dependency>x</dependency> --></project>", false),
        ("<project><dependencyManagement><dependency>x</dependency></dependencyManagement></project>", false),
        ("<project><build><plugin><dependency>x</dependency></plugin></build></project>", false),
        ("<project><parent>x</parent></project>", true),
    ])
    func `Maven is needed where a project has dependencies`(pom: String, isNeeded: Bool) {
        #expect(MavenProject.hasDependencies(pom) == isNeeded)
    }

    @Test func `Maven is not asked where it has nothing to get`() async throws {
        let fixture = try JavaFixture(maven: "exit 1\n")
        try fixture.writeHandler()
        try fixture.base.write("<project><artifactId>x</artifactId></project>", to: "pom.xml")
        let bundle = try await fixture.build()
        #expect(FileManager.default.fileExists(atPath: bundle.folder + "/classes/Handler.class"))
    }

    @Test func `Maven fetches only what it does not have`() async throws {
        let fixture = try JavaFixture(
            maven: """
                for argument; do
                    case $argument in -DoutputDirectory=*) deps=${argument#*=} ;; esac
                done
                known=$HOME/known
                if [ "$1" = --offline ] && [ ! -e "$known" ]; then
                    echo "[ERROR] Cannot access central in offline mode"
                    exit 1
                fi
                touch "$known"
                mkdir -p target/classes "$deps" && touch target/classes/Handler.class
                # An archive without files.
                printf 'PK\\005\\006\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000' > "$deps/gson.jar"
                echo "maven $1"
                """
        )
        try fixture.writeHandler()
        try fixture.base.write(JavaFixture.pom, to: "pom.xml")
        let bundle = try await fixture.build()
        #expect(bundle.command.contains { $0.hasSuffix("../classes:../deps/*") })
        #expect(FileManager.default.fileExists(atPath: bundle.folder + "/deps/gson.jar"))
        #expect(FileManager.default.fileExists(atPath: bundle.folder + "/classes/Handler.class"))
        #expect(!FileManager.default.fileExists(atPath: bundle.folder + "/app/target"))
        #expect(try await fixture.base.messages().contains("maven --batch-mode"))
        try fixture.writeHandler(source: "other")
        try fixture.base.folder.write(JavaFixture.pom, to: "sources/other/pom.xml")
        let other = try await fixture.build("other", version: "v2")
        let messages = try await fixture.base.messages("v2")
        #expect(messages.contains("dependencies of pom.xml are taken from the cache"))
        #expect(!messages.contains { $0.hasPrefix("maven") })
        #expect(FileManager.default.fileExists(atPath: other.folder + "/deps/gson.jar"))
        #expect(FileManager.default.fileExists(atPath: other.folder + "/classes/Handler.class"))
        try fixture.writeHandler(source: "third")
        let pom = JavaFixture.pom.replacingOccurrences(of: "</project>", with: "<build></build></project>")
        try fixture.base.folder.write(pom, to: "sources/third/pom.xml")
        _ = try await fixture.build("third", version: "v3")
        #expect(try await fixture.base.messages("v3").contains("maven --offline"))
    }

    @Test(arguments: [
        (JavaFixture.pom, true), ("<version>[1.0,2.0)</version>", false), ("<version>1.0-SNAPSHOT</version>", false),
        ("<scope>provided</scope>", false), ("<parent>x</parent>", false), ("<scope>test</scope>", true),
    ])
    func `dependencies are kept where the pom alone decides them`(pom: String, areKept: Bool) {
        #expect(MavenProject.isSelfContained(pom) == areKept)
    }

    @Test func `shows what Maven says`() async throws {
        let fixture = try JavaFixture(maven: "echo '[ERROR] Could not find artifact x:y:jar:1'; exit 1\n")
        try fixture.writeHandler()
        try fixture.base.write(JavaFixture.pom, to: "pom.xml")
        let error = try await fixture.failure()
        #expect(error.message == "'mvn package' ended with status 1")
        #expect(error.details == ["[ERROR] Could not find artifact x:y:jar:1"])
    }

    @Test func `says how to install Maven where it is missing`() async throws {
        let fixture = try JavaFixture()
        try fixture.writeHandler()
        try fixture.base.write(JavaFixture.pom, to: "pom.xml")
        let error = try await fixture.failure()
        #expect(error.code == .toolchainMissing)
        #expect(error.message == "Maven is not installed, and pom.xml has dependencies")
        #expect(error.hint?.contains("maven") == true)
    }

    @Test func `refuses a JDK that is too old`() async throws {
        let fixture = try JavaFixture(version: "1.8.0_392")
        try fixture.writeHandler()
        let error = try await fixture.failure()
        #expect(error.code == .toolchainMissing)
        #expect(error.message.hasSuffix("is too old: functions need 11 or newer"))
    }

    @Test(arguments: [("1.8.0_392", 8), ("11.0.2", 11), ("17", 17), ("21-ea", 21)])
    func `knows a JDK by its version`(text: String, major: Int) {
        let toolchain = ResolvedToolchain(family: "java", executable: "/none/javac", version: text)
        #expect(JavaTools(toolchain).majorVersion == major)
        #expect(JavaTools(toolchain).java == "/none/java")
        #expect(JavaRecipe().launch(folder: "/none", toolchain: toolchain).listensOnUnixSocket == (major >= 16))
    }
}

/// A builder with the real compiler, a host of one class, and a Maven that is a script, or none.
private struct JavaFixture {
    static let pom = "<project><dependencies><dependency>x</dependency></dependencies></project>"

    let base: BuilderFixture
    private let builder: SourceBuilder

    init(version: String = "17.0.9", maven: String? = nil) throws {
        // Linked from a folder of its own, in which there is no Maven.
        let found = ChildProcessExecutable.find("javac", searchPath: ProcessInfo.processInfo.environment["PATH"])
        let compiler = URL(fileURLWithPath: try #require(found)).resolvingSymlinksInPath().path
        base = try BuilderFixture(family: "java", executable: compiler) { configuration in
            let home = configuration.environment["HOME"] ?? ""
            configuration.environment["PATH"] = home + "/tools"
        }
        if let maven {
            let path = try base.script(maven, at: "tools/mvn")
            // The script's own tools.
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try Data(text.replacing("#!/bin/sh\n", with: "#!/bin/sh\nPATH=/usr/bin:/bin\n").utf8)
                .write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
        try base.folder.write(
            "package dev.hks.host;\npublic class Main { public static void main(String[] a) {} }\n",
            to: "hosts/java/dev/hks/host/Main.java"
        )
        builder = SourceBuilder(configuration: base.configuration, logs: base.logs) { source, target in
            try FileManager.default.copyItem(atPath: source, toPath: target)
        } locate: { _ in
            ResolvedToolchain(family: "java", executable: compiler, version: version)
        }
    }

    func writeHandler(source: String = "hello") throws {
        let text = "public class Handler { public Object handler() { return \"\(source)\"; } }\n"
        try base.folder.write(text, to: "sources/\(source)/src/main/java/Handler.java")
    }

    func build(_ source: String = "hello", version: String = "v1") async throws -> FuncPlatform.Bundle {
        try await builder.build(base.request(source, version: version, runtime: "java17", handler: "Handler"))
    }

    func failure() async throws -> FuncError {
        let error = await #expect(throws: FuncError.self) { try await build() }
        return try #require(error)
    }
}
