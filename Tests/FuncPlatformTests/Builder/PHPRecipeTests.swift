import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct PHPRecipeTests {
    @Test func `starts the host and asks no Composer without packages`() async throws {
        let fixture = try FakeComposer()
        let bundle = try await fixture.build(#"{"require":{"php":">=8.0","ext-json":"*"},"require-dev":{"a/b":"1"}}"#)
        #expect(bundle.command == [fixture.php, bundle.folder + "/host/main.php"])
        #expect(bundle.listensOnUnixSocket)
        #expect(try fixture.installs() == 0)
        #expect(!FileManager.default.fileExists(atPath: bundle.folder + "/app/vendor"))
    }

    @Test(arguments: [
        ("index.php", "<?php\nreturn [;\n", "syntax error in index.php:2: unexpected token \";\", expecting \"]\""),
        ("src/tools.php", "<?php\n\nfunction f() {\n", "syntax error in src/tools.php:4: Unclosed '{' on line 3"),
    ])
    func `names file and line of a syntax error`(file: String, text: String, message: String) async throws {
        let fixture = try FakeComposer()
        let error = try #require(
            await #expect(throws: FuncError.self) { try await fixture.build(files: ["ok.php": "", file: text]) }
        )
        #expect(error.code == .buildFailed)
        #expect(error.message == message)
        #expect(error.details == [message])
    }

    @Test func `does not look at files that are not the function's`() async throws {
        let fixture = try FakeComposer()
        var files = ["index.php": "<?php\n", "template.html": "<?php ("]
        for name in [".hidden/a.php", "vendor/x/b.php", "lib/node_modules/c.php"] { files[name] = "<?php (" }
        _ = try await fixture.build(files: files)
    }

    @Test func `installs packages once for the same manifest and lock`() async throws {
        let fixture = try FakeComposer()
        let manifest = #"{"require":{"acme/log":"^1"}}"#
        let first = try await fixture.build(manifest)
        #expect(try fixture.vendor(first) == ["acme/log.php", "autoload.php"])
        #expect(
            try await fixture.base.messages("hello").contains(
                "composer install --no-dev --no-interaction --no-progress --prefer-dist"
            )
        )
        let second = try await fixture.build(manifest, source: "second")
        #expect(second.digest != first.digest)
        #expect(try fixture.vendor(second) == ["acme/log.php", "autoload.php"])
        #expect(try fixture.installs() == 1)
        _ = try await fixture.build(files: ["composer.json": manifest, "composer.lock": "{}"], source: "third")
        #expect(try fixture.installs() == 2)
    }

    @Test(arguments: [
        #"{"require":{"acme/log":"^1"},"scripts":{"post-install-cmd":"x"}}"#,
        #"{"require":{"acme/log":"^1"},"repositories":[{"type":"path","url":"lib"}]}"#,
        #"{"autoload":{"classmap":["src/"]}}"#,
    ])
    func `does not reuse an installation that depends on other files`(manifest: String) async throws {
        let fixture = try FakeComposer()
        _ = try await fixture.build(manifest)
        _ = try await fixture.build(manifest, source: "another")
        #expect(try fixture.installs() == 2)
    }

    @Test func `makes the autoloader of the function's own classes`() async throws {
        let fixture = try FakeComposer()
        _ = try await fixture.build(#"{"require":[],"autoload":{"psr-4":{"App\\":"src/"}}}"#)
        #expect(try fixture.installs() == 1)
    }

    @Test func `uses packages that came with the sources`() async throws {
        let fixture = try FakeComposer()
        let files = ["composer.json": #"{"require":{"acme/log":"^1"}}"#, "vendor/autoload.php": "<?php\n"]
        let bundle = try await fixture.build(files: files)
        #expect(try fixture.vendor(bundle) == ["autoload.php"])
        #expect(try fixture.installs() == 0)
    }

    @Test func `shows what Composer says`() async throws {
        let fixture = try FakeComposer()
        let error = await #expect(throws: FuncError.self) {
            try await fixture.build(#"{"require":{"acme/no-such":"^1"}}"#)
        }
        #expect(error?.code == .buildFailed)
        #expect(error?.message == "'composer install' ended with status 2")
        #expect(error?.details.last == "Root composer.json requires acme/no-such, it could not be found")
        #expect(!FileManager.default.fileExists(atPath: fixture.base.folder.path("data/cache/php")))
    }

    @Test func `says how to get Composer where it is missing`() async throws {
        let fixture = try FakeComposer(isInstalled: false)
        let error = await #expect(throws: FuncError.self) {
            try await fixture.build(#"{"require":{"acme/log":"^1"}}"#)
        }
        #expect(error?.code == .toolchainMissing)
        #expect(error?.hint == "install it: apt-get install composer")
    }

    @Test func `refuses a manifest that is none`() async throws {
        let fixture = try FakeComposer()
        let error = await #expect(throws: FuncError.self) { try await fixture.build("{") }
        #expect(error?.message == "'composer.json' cannot be read")
    }
}

/// A builder with the real PHP and host, and a Composer that is a script: it notes that it ran and writes two files.
private struct FakeComposer {
    let base: BuilderFixture
    let php: String
    private let builder: SourceBuilder

    init(isInstalled: Bool = true) throws {
        let found = ChildProcessExecutable.find("php", searchPath: ProcessInfo.processInfo.environment["PATH"])
        let real = try #require(found)
        // Only what the scripts need, so that a Composer of this machine stays out.
        base = try BuilderFixture(family: "php", executable: real) { $0.environment["PATH"] = "/nowhere" }
        php = try base.script("exec \(real) \"$@\"\n", at: "tools/php")
        if isInstalled {
            _ = try base.script(
                """
                PATH=/usr/bin:/bin
                echo "composer $*"
                echo run >> \(base.folder.path("installs"))
                if grep -q no-such composer.json; then
                    echo "Root composer.json requires acme/no-such, it could not be found" >&2
                    exit 2
                fi
                mkdir -p "$COMPOSER_VENDOR_DIR/acme"
                touch "$COMPOSER_VENDOR_DIR/acme/log.php" "$COMPOSER_VENDOR_DIR/autoload.php"
                """,
                at: "tools/composer"
            )
        }
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        try FileManager.default.copyItem(
            atPath: root.path + "/Sources/Templates/Content/hosts/php",
            toPath: base.folder.path("hosts/php")
        )
        builder = SourceBuilder(configuration: base.configuration, logs: base.logs) { source, target in
            try FileManager.default.copyItem(atPath: source, toPath: target)
        } locate: { [php] _ in
            ResolvedToolchain(family: "php", executable: php, version: "8.2.0")
        }
    }

    func build(_ manifest: String, source: String = "hello") async throws -> FuncPlatform.Bundle {
        try await build(files: ["index.php": "<?php\n", "composer.json": manifest], source: source)
    }

    func build(files: [String: String], source: String = "hello") async throws -> FuncPlatform.Bundle {
        for (name, text) in files { try base.folder.write(text, to: "sources/\(source)/\(name)") }
        return try await builder.build(
            base.request(source, version: source, runtime: "php", handler: "index.handler")
        )
    }

    func installs() throws -> Int {
        guard FileManager.default.fileExists(atPath: base.folder.path("installs")) else { return 0 }
        return try base.folder.read("installs").split(separator: "\n").count
    }

    func vendor(_ bundle: FuncPlatform.Bundle) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: bundle.folder + "/app/vendor")
            .filter { $0.hasSuffix(".php") }.sorted()
    }
}
