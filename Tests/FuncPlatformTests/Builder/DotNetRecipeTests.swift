import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct DotNetRecipeTests {
    @Test(arguments: [
        (
            "  /m/app/src/Shop.cs(12,5): error CS1002: ; expected [/m/app/Function.csproj]\n",
            "error CS1002 in src/Shop.cs:12: ; expected"
        ),
        (
            "warning CS0168: x\n./Function.cs(3,5,3,9): error CS0103: The name 'x' does not exist [/m/app/F.csproj]\n",
            "error CS0103 in Function.cs:3: The name 'x' does not exist"
        ),
        (
            "/m/app/Function.csproj : error NU1101: Unable to find package A. No packages exist [/m/app/Function.csproj]\n",
            "error NU1101 in Function.csproj: Unable to find package A. No packages exist"
        ),
        ("Segmentation fault\n", nil),
    ])
    func `finds the first error in what the SDK prints`(output: String, message: String?) {
        #expect(DotNetRecipe.compileError(in: output, folder: "/m/app") == message)
    }

    @Test func `publishes the project and starts the host with what it needs`() async throws {
        let fixture = try FakeDotNet()
        try fixture.base.write("<AssemblyName>Acme.Shop</AssemblyName>", to: "Shop.csproj")
        try fixture.base.write("class A {}", to: "src/A.cs")
        let bundle = try await fixture.build()
        let assembly = bundle.folder + "/publish/Acme.Shop"
        #expect(
            bundle.command == [
                fixture.program, "exec", "--runtimeconfig", "\(assembly).runtimeconfig.json", "--depsfile",
                "\(assembly).deps.json", bundle.folder + "/host/HksFunc.Host.dll", "\(assembly).dll",
            ]
        )
        #expect(bundle.environment["DOTNET_gcServer"] == "0")
        #expect(bundle.workingFolder == bundle.folder + "/app")
        #expect(try fixture.base.folder.read("seen/Shop.csproj/src/A.cs") == "class A {}")
        // Sources of the host are of no more use.
        #expect(!FileManager.default.fileExists(atPath: bundle.folder + "/host/Host.csproj"))
    }

    @Test func `asks no network where no packages are wanted`() async throws {
        let fixture = try FakeDotNet()
        try fixture.base.write("<Project />", to: "Function.csproj")
        _ = try await fixture.build()
        #expect(try fixture.calls().filter { !$0.contains("-p:RestoreSources=/") && $0.hasPrefix("publish") }.isEmpty)
        try fixture.base.write("<PackageReference Include=\"A\" Version=\"1.0.0\" />", to: "Function.csproj")
        _ = try await fixture.build(version: "v2")
        let last = try #require(try fixture.calls().last { $0.hasPrefix("publish Function.csproj") })
        #expect(!last.contains("RestoreSources"))
        #expect(try await fixture.base.messages("v2").contains("installing the packages of 'Function.csproj'"))
    }

    @Test func `compiles the host once`() async throws {
        let fixture = try FakeDotNet()
        try fixture.base.write("class A {}", to: "A.cs")
        for version in ["v1", "v2"] {
            let bundle = try await fixture.build(version: version)
            #expect(FileManager.default.fileExists(atPath: bundle.folder + "/host/HksFunc.Host.dll"))
        }
        #expect(try fixture.calls().filter { $0.hasPrefix("publish Host.csproj") }.count == 1)
        #expect(try fixture.calls().filter { $0.hasPrefix("publish Function.csproj") }.count == 2)
        #expect(try fixture.base.folder.read("seen/Function.csproj/Function.csproj").contains("Microsoft.NET.Sdk"))
    }

    @Test func `writes only files that have changed, and keeps what the compiler left`() throws {
        let folder = try TemporaryFolder("mirror")
        for name in ["a.cs", "lib/b.cs", "obj/foreign.json"] { try folder.write(name, to: "source/" + name) }
        let mirror = FolderMirror(folder: folder.path("mirror"), outputs: ["bin", "obj"])
        try mirror.update(from: folder.path("source"))
        let past = Date(timeIntervalSince1970: 1_000_000_000)
        try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: folder.path("mirror/a.cs"))
        try folder.write("kept", to: "mirror/lib/obj/assets.json")
        try folder.write("changed", to: "source/lib/b.cs")
        try folder.write("new", to: "source/c.cs")
        try mirror.update(from: folder.path("source"))
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path("mirror/a.cs"))
        #expect(attributes[.modificationDate] as? Date == past)
        #expect(try folder.read("mirror/lib/b.cs") == "changed")
        try FileManager.default.removeItem(atPath: folder.path("source/c.cs"))
        try mirror.update(from: folder.path("source"))
        #expect(
            try FileManager.default.subpathsOfDirectory(atPath: folder.path("mirror")).sorted()
                == ["a.cs", "lib", "lib/b.cs", "lib/obj", "lib/obj/assets.json"]
        )
    }

    @Test func `says what the SDK says`() async throws {
        let fixture = try FakeDotNet()
        try fixture.base.write("broken", to: "Function.cs")
        let compiling = try await failure(fixture, "v1")
        #expect(compiling.message == "error CS1002 in Function.cs:7: ; expected")
        #expect(compiling.details.last?.contains("error CS1002") == true)
        try fixture.base.write("crash", to: "Function.cs")
        let crashing = try await failure(fixture, "v2")
        #expect(crashing.message == "'dotnet publish' ended with status 3")
        #expect(crashing.details == ["Segmentation fault"])
    }

    @Test func `fails where the host does not find the handler`() async throws {
        let fixture = try FakeDotNet()
        try fixture.base.write("class A {}", to: "A.cs")
        let error = try await failure(fixture, "v1", handler: "Function::Missing")
        #expect(error.code == .buildFailed)
        #expect(error.message == "handler 'Function::Missing' not found; Function has: Handler")
    }

    @Test func `compiles the host for the framework of the function`() async throws {
        let fixture = try FakeDotNet()
        try fixture.base.write("<Project />", to: "Function.csproj")
        _ = try await fixture.build()
        let host = try #require(try fixture.calls().first { $0.hasPrefix("publish Host.csproj") })
        #expect(host.contains("-p:TargetFramework=net8.0"))
        try fixture.base.write("<Project>standard</Project>", to: "Function.csproj")
        let error = try await failure(fixture, "v2")
        #expect(error.message == "'Function.csproj' is not for .NET 6 or newer")
    }

    @Test func `refuses an SDK that the host does not run on`() async throws {
        let fixture = try FakeDotNet(version: "3.1.426")
        try fixture.base.write("class A {}", to: "A.cs")
        let error = try await failure(fixture, "v1")
        #expect(error.message == "the .NET host needs .NET 6 or newer, not 3.1.426")
    }

    private func failure(_ fixture: FakeDotNet, _ version: String, handler: String = "Function::Handler") async throws
        -> FuncError
    {
        let error = await #expect(throws: FuncError.self) {
            try await fixture.build(version: version, handler: handler)
        }
        return try #require(error)
    }
}

/// A builder whose SDK is a script: it notes its arguments and the sources that it sees, and writes empty assemblies.
private struct FakeDotNet {
    let base: BuilderFixture
    let program: String
    private let version: String

    init(version: String = "8.0.104") throws {
        base = try BuilderFixture(executable: "/unused")
        self.version = version
        try base.folder.write("<Project />", to: "hosts/dotnet/Host.csproj")
        program = try base.script(
            """
            echo "$*" >> \(base.folder.path("calls"))
            if [ "$1" = exec ]; then
                case "$*" in *Missing)
                    echo "handler 'Function::Missing' not found; Function has: Handler" >&2
                    exit 1
                esac
                exit 0
            fi
            if grep -q broken Function.cs 2>/dev/null; then
                echo "$PWD/Function.cs(7,5): error CS1002: ; expected [$PWD/Function.csproj]"
                exit 1
            fi
            if grep -q crash Function.cs 2>/dev/null; then
                echo "Segmentation fault" >&2
                exit 3
            fi
            mkdir -p "\(base.folder.path("seen"))/$2" "$4"
            cp -R . "\(base.folder.path("seen"))/$2"
            name=${2%.csproj}
            [ "$name" = Host ] && name=HksFunc.Host
            [ "$name" = Shop ] && name=Acme.Shop
            touch "$4/$name.dll" "$4/$name.deps.json"
            framework=net8.0
            grep -q standard "$2" && framework=netstandard2.0
            echo '{"runtimeOptions":{"tfm":"'$framework'"}}' > "$4/$name.runtimeconfig.json"
            """,
            at: "tools/dotnet"
        )
    }

    @discardableResult
    func build(version id: String = "v1", handler: String = "Function::Handler") async throws -> FuncPlatform.Bundle {
        let builder = SourceBuilder(configuration: base.configuration, logs: base.logs) { source, target in
            try FileManager.default.copyItem(atPath: source, toPath: target)
        } locate: { _ in
            ResolvedToolchain(family: "dotnet", executable: program, version: version)
        }
        var request = base.request(version: id, runtime: "dotnet8", handler: handler)
        request.sourceDigest = id
        return try await builder.build(request)
    }

    func calls() throws -> [String] {
        try base.folder.read("calls").split(separator: "\n").map(String.init)
    }
}
