import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct GoRecipeTests {
    @Test func `lays host and main package over the module and leaves the files alone`() async throws {
        let fixture = try FakeGo("exit 0")
        let bundle = try await fixture.build()
        #expect(bundle.command == [bundle.folder + "/bin/function"])
        #expect(bundle.listensOnUnixSocket)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: bundle.folder + "/app").sorted()
                == ["go.mod", "handler.go"]
        )
        let arguments = try fixture.read("arguments")
        #expect(arguments.hasPrefix("build -trimpath -buildvcs=false -overlay "))
        #expect(arguments.hasSuffix("-ldflags=-s -w ./hkshost/main\n"))
        let program = try fixture.read("main.go")
        #expect(program.contains("\tfunction \"example.com/hello\"\n\t\"example.com/hello/hkshost\"\n"))
        #expect(program.contains("hkshost.Main(\"Handler\", function.Handler)"))
    }

    @Test func `asks for no module while those that are there are enough`() async throws {
        let fixture = try FakeGo("exit 0")
        _ = try await fixture.build()
        #expect(try fixture.read("runs") == "off local\n")
    }

    @Test func `goes online once modules are missing`() async throws {
        let fixture = try FakeGo(
            """
            [ "$GOPROXY" = off ] || exit 0
            echo "handler.go:3:8: example.com/x@v1.0.0: module lookup disabled by GOPROXY=off" >&2
            exit 1
            """
        )
        _ = try await fixture.build()
        #expect(try fixture.read("runs") == "off local\n local\n")
        #expect(try await fixture.base.messages().contains("downloading the modules of go.mod"))
    }

    @Test func `shows what go says where it cannot download`() async throws {
        let fixture = try FakeGo(
            """
            [ "$GOPROXY" = off ] && { echo "go: module lookup disabled by GOPROXY=off" >&2; exit 1; }
            echo "go: example.com/x@v1.0.0: dial tcp: no route to host" >&2
            exit 1
            """
        )
        let error = await #expect(throws: FuncError.self) { try await fixture.build() }
        #expect(error?.code == .buildFailed)
        #expect(error?.message == "'go build' ended with status 1")
        #expect(error?.details == ["go: example.com/x@v1.0.0: dial tcp: no route to host"])
    }

    @Test(arguments: [
        ("./handler.go:12:2: undefined: x", "compile error in handler.go:12: undefined: x"),
        (
            "lib/tools.go:3:15: syntax error: unexpected {, expecting )",
            "syntax error in lib/tools.go:3: unexpected {, expecting )"
        ),
        (
            "handler.go:4:2: no required module provides package example.com/x; to add it:",
            "compile error in handler.go:4: no required module provides package example.com/x; to add it:"
        ),
        (
            "go: errors parsing go.mod:\ngo.mod:3: invalid go version '1.22.0': must match format 1.23",
            "compile error in go.mod:3: invalid go version '1.22.0': must match format 1.23"
        ),
        (
            "/tmp/b/overlay/main.go:10:34: undefined: function.Handler",
            "handler 'Handler' not found; package function defines: Other"
        ),
        (
            "/tmp/b/overlay/main.go:10:34: function.Handler (type) is not an expression",
            "handler 'Handler' not found; package function defines: Other"
        ),
    ])
    func `names file and line of the first complaint`(output: String, message: String) async throws {
        let fixture = try FakeGo("cat <<'END' >&2\n# example.com/hello\n\(output)\nEND\nexit 2")
        let error = await #expect(throws: FuncError.self) {
            try await fixture.build(text: "package function\n\nfunc Other() {}\n\nfunc helper() {}\n")
        }
        #expect(error?.message == message)
        #expect(error?.details.isEmpty == false)
    }

    @Test func `keeps the caller's own cache, workspace and linker flags`() async throws {
        let fixture = try FakeGo("echo \"$GOCACHE $GOWORK $*\" > \"$RECORD/environment\"") {
            $0.environment["GOCACHE"] = "/own/cache"
            $0.environment["GOWORK"] = "/own/go.work"
            $0.environment["GOFLAGS"] = "-ldflags=-X=a.b=c"
        }
        _ = try await fixture.build()
        let environment = try fixture.read("environment")
        #expect(environment.hasPrefix("/own/cache /own/go.work "))
        #expect(!environment.contains("-ldflags"))
    }

    @Test(arguments: [
        ("module example.com/hello\n", "example.com/hello"), ("// x\nmodule \"quoted/path\" // y\n", "quoted/path"),
    ])
    func `reads the module's path`(text: String, path: String) throws {
        let folder = try TemporaryFolder("module")
        try folder.write(text, to: "go.mod")
        try folder.write("package function\n", to: "handler.go")
        try folder.write("package inner\n", to: "a/inner/x.go")
        #expect(try GoEntry(handler: "Handler", app: folder.path).program.contains("function \"\(path)\""))
        #expect(try GoEntry(handler: "function.Handler", app: folder.path).program.contains("function \"\(path)\""))
        #expect(try GoEntry(handler: "a/inner.Run", app: folder.path).program.contains("function \"\(path)/a/inner\""))
    }

    @Test(arguments: [
        ("a.b.c", "is malformed"), ("", "is malformed"), ("../x.Handler", "is malformed"),
        ("/x.Handler", "is malformed"),
        ("handler", "is not exported"), ("nowhere.Handler", "there is no Go file in 'nowhere'"),
    ])
    func `refuses a handler that names nothing`(handler: String, reason: String) throws {
        let folder = try TemporaryFolder("module")
        try folder.write("module example.com/hello\n", to: "go.mod")
        try folder.write("package function\n", to: "handler.go")
        let error = #expect(throws: FuncError.self) { try GoEntry(handler: handler, app: folder.path) }
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }
}

/// A builder whose Go is a script that notes how it was called.
private struct FakeGo {
    let base: BuilderFixture
    private let builder: SourceBuilder

    init(_ script: String, change: (inout PlatformConfiguration) -> Void = { _ in }) throws {
        let base = try BuilderFixture(family: "go", executable: "/unused", change: change)
        self.base = base
        try base.folder.write("package hkshost\n", to: "hosts/go/host.go")
        let go = try base.script(
            """
            export RECORD=\(base.folder.path)
            echo "$*" > "$RECORD/arguments"
            echo "$GOPROXY $GOTOOLCHAIN" >> "$RECORD/runs"
            cp "$TMPDIR/overlay/main.go" "$RECORD/main.go"
            \(script)
            """,
            at: "tools/go"
        )
        builder = SourceBuilder(configuration: base.configuration, logs: base.logs) { source, target in
            try FileManager.default.copyItem(atPath: source, toPath: target)
        } locate: { _ in
            ResolvedToolchain(family: "go", executable: go, version: "1.19.8")
        }
    }

    func build(text: String = "package function\n\nfunc Handler() {}\n") async throws -> FuncPlatform.Bundle {
        try base.write("module example.com/hello\n\ngo 1.19\n", to: "go.mod")
        try base.write(text, to: "handler.go")
        return try await builder.build(base.request(runtime: "go", handler: "Handler"))
    }

    func read(_ name: String) throws -> String {
        try base.folder.read(name)
    }
}
