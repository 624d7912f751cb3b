import Foundation
import TestSupport
import Testing

@testable import FuncKit

@Suite struct DotNetUnitTestsTests {
    @Test func `a program with tests is built outside of the project and run`() throws {
        let folder = try TemporaryFolder("unit")
        try folder.write("<Project />", to: "project/tests/FunctionTests.csproj")
        let commands = try commands(folder)
        #expect(commands.map(\.label) == ["dotnet build", "tests/FunctionTests.csproj"])
        let scratch = folder.path("scratch")
        #expect(commands[0].arguments.contains("-p:DirectoryBuildPropsPath=\(scratch)/Scratch.props"))
        #expect(commands[1].arguments == ["\(scratch)/out/FunctionTests.dll"])
        #expect(try folder.read("scratch/Scratch.props").contains("<BaseOutputPath>\(scratch)/bin/"))
    }

    @Test func `a project with a test framework is run by the SDK`() throws {
        let folder = try TemporaryFolder("unit")
        try folder.write(
            #"<PackageReference Include="Microsoft.NET.Test.Sdk" />"#,
            to: "project/tests/unit/Tests.csproj"
        )
        let commands = try commands(folder)
        #expect(commands.map(\.label) == ["dotnet test"])
        #expect(commands[0].arguments.prefix(2) == ["test", "tests/unit/Tests.csproj"])
    }

    @Test func `a project without tests has no steps`() throws {
        let folder = try TemporaryFolder("unit")
        try folder.write("", to: "project/Function.cs")
        #expect(try commands(folder).isEmpty)
        try folder.write("", to: "project/tests/cases/one.yaml")
        #expect(try commands(folder).isEmpty)
    }

    private func commands(_ folder: TemporaryFolder) throws -> [UnitTestCommand] {
        try DotNetUnitTests().commands(
            UnitTestSetting(
                project: folder.path("project"),
                toolchain: Toolchain(family: .dotnet, executable: "/usr/bin/dotnet", version: "8.0.104"),
                scratch: folder.path("scratch"),
                sharedCache: folder.path("scratch") + "/shared",
                searchPath: []
            )
        )
    }
}
