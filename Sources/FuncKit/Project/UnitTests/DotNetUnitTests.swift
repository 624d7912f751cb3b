import Foundation

/// Builds and runs the test project below `tests/`: a plain program, or a project for `dotnet test`.
struct DotNetUnitTests: UnitTestRecipe {
    let family = RuntimeFamily.dotnet

    func abilities(_ setting: UnitTestSetting) -> Set<UnitTestAbility> {
        usesTestSDK(setting) ? [.filter] : []
    }

    /// Whether `dotnet test` runs the tests; a plain project is a program.
    private func usesTestSDK(_ setting: UnitTestSetting) -> Bool {
        guard let project = try? testProject(setting.project),
            let data = FileManager.default.contents(atPath: setting.project + "/" + project)
        else { return false }
        return String(decoding: data, as: UTF8.self).contains("Microsoft.NET.Test.Sdk")
    }

    func commands(_ setting: UnitTestSetting) throws -> [UnitTestCommand] {
        guard let project = try testProject(setting.project) else { return [] }
        let dotnet = setting.toolchain.executable
        let options =
            ["--nologo", "--verbosity", "minimal", "-nodeReuse:false", "-p:UseSharedCompilation=false"]
            + ["-p:DirectoryBuildPropsPath=\(try writeProperties(setting))"]
        let environment = [
            "DOTNET_CLI_TELEMETRY_OPTOUT": "1", "DOTNET_NOLOGO": "1", "DOTNET_ROLL_FORWARD": "Major",
        ]
        if usesTestSDK(setting) {
            var arguments = ["test", project, "--logger", "console;verbosity=normal"]
            if let filter = setting.filter { arguments += ["--filter", "FullyQualifiedName~\(filter)"] }
            return [
                UnitTestCommand(
                    "dotnet test",
                    dotnet,
                    arguments + options,
                    environment: environment,
                    format: .dotnetTest
                )
            ]
        }
        let name = URL(fileURLWithPath: project).deletingPathExtension().lastPathComponent
        let output = setting.scratch + "/out"
        let build = ["build", project, "--output", output, "-p:UseAppHost=false"] + options
        return [
            UnitTestCommand("dotnet build", dotnet, build, environment: environment),
            UnitTestCommand(
                project,
                dotnet,
                ["\(output)/\(name).dll"],
                environment: environment,
                format: .markedLines
            ),
        ]
    }

    /// The project in `tests/` or in a folder of it.
    private func testProject(_ folder: String) throws -> String? {
        guard FileManager.default.fileExists(atPath: folder + "/tests") else { return nil }
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder + "/tests").sorted()
        return names.first { $0.hasSuffix(".csproj") }.map { "tests/" + $0 }
    }

    /// Writes a file of properties that keep what the SDK makes out of the project, each of its projects in a folder.
    private func writeProperties(_ setting: UnitTestSetting) throws -> String {
        let scratch = setting.scratch.replacingOccurrences(of: "&", with: "&amp;")
        let text = """
            <Project>
              <PropertyGroup>
                <BaseIntermediateOutputPath>\(scratch)/obj/$(MSBuildProjectName)/</BaseIntermediateOutputPath>
                <BaseOutputPath>\(scratch)/bin/$(MSBuildProjectName)/</BaseOutputPath>
                <DefaultItemExcludes>$(DefaultItemExcludes);bin/**;obj/**</DefaultItemExcludes>
                <OwnProperties>$([MSBuild]::GetPathOfFileAbove('Directory.Build.props', '$(MSBuildProjectDirectory)'))</OwnProperties>
              </PropertyGroup>
              <Import Project="$(OwnProperties)" Condition="'$(OwnProperties)' != ''" />
            </Project>

            """
        let path = setting.scratch + "/Scratch.props"
        try FileManager.default.createDirectory(atPath: setting.scratch, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        return path
    }
}
