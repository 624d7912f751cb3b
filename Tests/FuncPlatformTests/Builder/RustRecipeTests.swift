import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct RustRecipeTests {
    @Test func `puts the program into the bundle and starts nothing else`() async throws {
        let fixture = try FakeCargo()
        let bundle = try await fixture.build()
        #expect(bundle.command == [bundle.folder + "/bin/function"])
        #expect(bundle.environment.isEmpty && bundle.listensOnUnixSocket)
        #expect(FileManager.default.isExecutableFile(atPath: bundle.command[0]))
        let files = Set(try FileManager.default.subpathsOfDirectory(atPath: bundle.folder))
        #expect(files.isSuperset(of: ["app/Cargo.toml", "app/src/lib.rs"]))
        #expect(!files.contains { $0.hasPrefix("host") || $0.contains("target") })
    }

    @Test func `joins handler and host in a crate of its own`() async throws {
        let fixture = try FakeCargo()
        _ = try await fixture.build(handler: "orders::handle")
        let manifest = try fixture.read("glue/Cargo.toml")
        #expect(manifest.contains(#"function = { package = "hello", path = "\#(try fixture.folder("app"))" }"#))
        #expect(manifest.contains("[workspace]\n"))
        #expect(try fixture.read("glue/launch.rs").contains("function::orders::handle,"))
    }

    @Test func `takes the usual handler where none is named`() async throws {
        let fixture = try FakeCargo()
        _ = try await fixture.build(handler: "")
        #expect(try fixture.read("glue/launch.rs").contains("function::handler,"))
    }

    @Test func `asks no registry where all crates are there`() async throws {
        let fixture = try FakeCargo()
        _ = try await fixture.build()
        #expect(try fixture.commands() == ["metadata --offline", "update --offline", "build --offline"])
    }

    @Test func `fetches crates that are not there`() async throws {
        let fixture = try FakeCargo()
        try fixture.set("missing")
        _ = try await fixture.build()
        let expected = [
            "metadata --offline", "update --offline", "build --offline", "fetch --offline", "fetch", "build --offline",
        ]
        #expect(try fixture.commands() == expected)
        #expect(try await fixture.notes("f1").contains("fetching the dependencies of Cargo.toml"))
    }

    @Test func `shows what cargo says when crates cannot be fetched`() async throws {
        let fixture = try FakeCargo()
        try fixture.set("missing")
        try fixture.set("unreachable")
        let error = await #expect(throws: FuncError.self) { try await fixture.build() }
        #expect(error?.code == .buildFailed)
        #expect(error?.message == "'cargo fetch' ended with status 101")
        #expect(error?.details == ["error: the registry cannot be reached"])
    }

    @Test func `names the place of a compile error and asks no registry`() async throws {
        let fixture = try FakeCargo()
        try fixture.set("broken")
        let error = await #expect(throws: FuncError.self) { try await fixture.build() }
        #expect(error?.code == .buildFailed)
        #expect(error?.message == "cannot find value `x` in this scope in src/lib.rs:3")
        #expect(error?.details.contains("  --> src/lib.rs:3:5") == true)
        #expect(try fixture.commands().last == "build --offline")
    }

    @Test func `a failure without a place is told as cargo tells it`() async throws {
        let fixture = try FakeCargo()
        try fixture.set("unlinkable")
        let error = await #expect(throws: FuncError.self) { try await fixture.build() }
        #expect(error?.message == "'cargo build' ended with status 101")
        #expect(error?.details == ["error: linking with `cc` failed"])
        // It was looked whether crates lack, without the network.
        #expect(try fixture.commands().last == "fetch --offline")
    }

    @Test func `compiled dependencies serve every function that has the same ones`() async throws {
        let fixture = try FakeCargo()
        _ = try await fixture.build()
        _ = try await fixture.build(function: "f2", source: "second", name: "other-one")
        let deps = try fixture.folder("target/release/deps", function: "f2")
        #expect(try fixture.names(deps) == ["libother_one-1.rlib", "libserde_json-1.rlib"])
        let note = "the dependencies of Cargo.toml are taken from the cache"
        #expect(try await fixture.notes("f2").contains(note))
        #expect(try await !fixture.notes("f1").contains(note))
    }

    @Test func `unchanged files keep their time from build to build`() async throws {
        let fixture = try FakeCargo()
        _ = try await fixture.build()
        let library = try fixture.folder("app/src/lib.rs")
        let first = try fixture.time(library)
        try fixture.base.folder.write("x", to: "sources/hello/notes.txt")
        _ = try await fixture.build(digest: "changed")
        #expect(try fixture.time(library) == first)
        #expect(FileManager.default.fileExists(atPath: try fixture.folder("app/notes.txt")))
        try FileManager.default.removeItem(atPath: fixture.base.folder.path("sources/hello/notes.txt"))
        _ = try await fixture.build(digest: "changed again")
        #expect(!FileManager.default.fileExists(atPath: try fixture.folder("app/notes.txt")))
        #expect(try fixture.commands().filter { $0.hasPrefix("update") }.count == 1)
    }

    @Test func `starts from the user's lock file until that changes`() async throws {
        let fixture = try FakeCargo()
        try fixture.base.write("# theirs\n", to: "Cargo.lock")
        _ = try await fixture.build()
        #expect(try fixture.read("glue/Cargo.lock").hasPrefix("# theirs\n"))
        try fixture.base.write("# newer\n", to: "Cargo.lock")
        _ = try await fixture.build(digest: "changed")
        #expect(try fixture.read("glue/Cargo.lock").hasPrefix("# newer\n"))
    }

    @Test(arguments: ["../handler", "handler.run", "a::", "::a", "1st"])
    func `refuses what cannot be the name of a function`(handler: String) async throws {
        let fixture = try FakeCargo()
        let error = await #expect(throws: FuncError.self) { try await fixture.build(handler: handler) }
        #expect(error?.message.hasPrefix("handler '\(handler)' is malformed") == true)
    }

    @Test func `finds the first error with a place`() {
        let output = """
            warning: unused variable: `a`
             --> src/lib.rs:1:9
            error: aborting
            error[E0308]: mismatched types
               --> /x/app/src/a b.rs:12:7
            error: could not compile
            """
        let found = RustDiagnostic(code: "E0308", text: "mismatched types", file: "/x/app/src/a b.rs", line: 12)
        #expect(RustDiagnostic.first(in: output) == found)
        #expect(RustDiagnostic.first(in: "error: could not compile\n") == nil)
    }

    @Test func `a lock file tells a function's own crates from those it shares`() {
        let host = "[[package]]\nname = \"hks-host\"\nversion = \"1.0.0\"\n"
        let serde = "[[package]]\nname = \"serde\"\nversion = \"1.0.1\"\nsource = \"registry\"\n"
        let one = CargoLock("version = 3\n\n[[package]]\nname = \"my-one\"\nversion = \"0.1.0\"\n\n\(host)\n\(serde)")
        let two = CargoLock("version = 3\n\n\(serde)\n\(host)\n[[package]]\nname = \"two\"\nversion = \"0.2.0\"\n")
        #expect(one.key("k") == two.key("k"))
        #expect(one.key("k") != one.key("l"))
        for name in ["my-one-12ab", "libmy_one-12ab.rlib", "my_one-12ab.d", "function-12ab", "CACHEDIR.TAG"] {
            #expect(one.isOwn(name), "\(name)")
        }
        for name in ["serde-12ab", "libserde-12ab.rmeta", "hks_host-12ab.d"] { #expect(!one.isOwn(name), "\(name)") }
    }
}

/// A builder whose Cargo is a script: it notes what it was asked for and writes what the compiler would.
private struct FakeCargo {
    let base: BuilderFixture
    private let cargo: String

    init() throws {
        base = try BuilderFixture(family: "rust", executable: "/unused")
        try base.folder.write("pub fn run() {}\n", to: "hosts/rust/src/lib.rs")
        cargo = try base.script(Self.script(base.folder.path), at: "tools/cargo")
    }

    private static func script(_ folder: String) -> String {
        """
        offline=
        case " $* " in *" --offline "*) offline=" --offline" ;; esac
        echo "$1$offline" >> \(folder)/commands
        name=$(sed -n 's/^name = "\\(.*\\)"/\\1/p' Cargo.toml)
        crate=$(echo "$name" | tr - _)
        lock() {
            grep -q serde_json ../glue/Cargo.lock 2>/dev/null && return
            printf '\\n[[package]]\\nname = "%s"\\n' "$name" >> ../glue/Cargo.lock
            printf '\\n[[package]]\\nname = "serde_json"\\nsource = "registry"\\n' >> ../glue/Cargo.lock
        }
        if [ "$1$offline" = fetch ]; then
            if [ -e \(folder)/unreachable ]; then
                echo "error: the registry cannot be reached" >&2
                exit 101
            fi
            rm \(folder)/missing
            exit 0
        fi
        if [ "$1" = metadata ]; then
            target='{"crate_types":["lib"],"src_path":"'$PWD'/src/lib.rs"}'
            echo '{"packages":[{"name":"'$name'","manifest_path":"'$PWD'/Cargo.toml","targets":['$target']}]}'
            exit 0
        fi
        if [ -e \(folder)/missing ]; then
            echo "error: no matching package named 'serde_json' found" >&2
            exit 101
        fi
        [ "$1" != update ] || lock
        [ "$1" = build ] || exit 0
        if [ -e \(folder)/broken ]; then
            echo 'error[E0425]: cannot find value `x` in this scope' >&2
            echo "  --> $PWD/src/lib.rs:3:5" >&2
            exit 101
        fi
        if [ -e \(folder)/unlinkable ]; then
            echo 'error: linking with `cc` failed' >&2
            exit 101
        fi
        lock
        mkdir -p "$CARGO_TARGET_DIR/release/deps"
        touch "$CARGO_TARGET_DIR/release/deps/libserde_json-1.rlib" "$CARGO_TARGET_DIR/release/deps/lib$crate-1.rlib"
        cp /bin/true "$CARGO_TARGET_DIR/release/function"

        """
    }

    func build(
        function: String = "f1",
        source: String = "hello",
        name: String = "hello",
        handler: String = "handler",
        digest: String? = nil
    ) async throws -> FuncPlatform.Bundle {
        try base.folder.write("[package]\nname = \"\(name)\"\n", to: "sources/\(source)/Cargo.toml")
        if !FileManager.default.fileExists(atPath: base.folder.path("sources/\(source)/src/lib.rs")) {
            try base.folder.write("pub fn handler() {}\n", to: "sources/\(source)/src/lib.rs")
        }
        let builder = SourceBuilder(configuration: base.configuration, logs: base.logs) { source, target in
            try FileManager.default.copyItem(atPath: source, toPath: target)
        } locate: { [cargo] _ in
            ResolvedToolchain(family: "rust", executable: cargo, version: "1.63.0")
        }
        var request = base.request(source, version: function, runtime: "rust", handler: handler)
        request.functionID = function
        request.sourceDigest = digest ?? source
        return try await builder.build(request)
    }

    /// Makes the script behave in one of its ways.
    func set(_ way: String) throws {
        try base.folder.write("", to: way)
    }

    /// What Cargo was asked for, in order.
    func commands() throws -> [String] {
        try base.folder.read("commands").split(separator: "\n").map(String.init)
    }

    /// A path in the folder where a function is compiled.
    func folder(_ name: String, function: String = "f1") throws -> String {
        let incremental = base.folder.path("data/cache/incremental/\(function)-rust")
        let key = try #require(try FileManager.default.contentsOfDirectory(atPath: incremental).first)
        return "\(incremental)/\(key)/\(name)"
    }

    func read(_ name: String) throws -> String {
        try String(contentsOfFile: folder(name), encoding: .utf8)
    }

    func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    func time(_ path: String) throws -> Date? {
        try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
    }

    /// The messages of a function's first build.
    func notes(_ function: String) async throws -> [String] {
        let stream = LogStream.build(functionID: function, versionID: function)
        return try await base.logs.follow(stream, query: LogQuery()).reduce(into: []) { $0.append($1.message) }
    }
}
