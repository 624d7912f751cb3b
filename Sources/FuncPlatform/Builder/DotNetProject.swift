import Foundation
import FuncKit

/// The project that a .NET function is built from: the user's own, or one made up for a folder of C# files.
struct DotNetProject: Sendable {
    /// Name of the project file, which lies at the top of the function's folder.
    let file: String
    /// Name of the assembly that it makes, without its ending.
    let assembly: String
    /// The file's content where the user has none.
    let generated: String?
    /// Whether packages are to be had from elsewhere.
    let hasPackages: Bool

    private static let endings = ["csproj", "fsproj", "vbproj"]

    /// Looks at the files of a function.
    /// - Throws: ``FuncError`` with code `build_failed` where it is not clear what to build.
    init(app: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: app).sorted()
        let projects = names.filter { Self.isProject($0) }
        guard projects.count < 2 else {
            throw FuncError(
                .buildFailed,
                "there are several projects: " + projects.map { "'\($0)'" }.joined(separator: ", "),
                hint: "keep the function's project at the top and the others in folders"
            )
        }
        hasPackages = try Self.mentionsPackages(app)
        guard let project = projects.first else {
            guard names.contains(where: { $0.hasSuffix(".cs") }) else {
                throw FuncError(.buildFailed, "there is no project and no C# file at the top of the function's folder")
            }
            (file, assembly, generated) = ("Function.csproj", "Function", Self.plain)
            return
        }
        let text = Self.text(of: app + "/" + project)
        let named = text.firstMatch(of: /<AssemblyName>\s*(?<name>[^<$]+?)\s*<\/AssemblyName>/)
        file = project
        assembly =
            named.map { String($0.name) } ?? URL(fileURLWithPath: project).deletingPathExtension().lastPathComponent
        generated = nil
    }

    private static func text(of path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    private static func isProject(_ name: String) -> Bool {
        endings.contains { name.hasSuffix("." + $0) }
    }

    private static func mentionsPackages(_ app: String) throws -> Bool {
        let items = ["<PackageReference", "<PackageDownload", "<GlobalPackageReference"]
        for name in try FileManager.default.subpathsOfDirectory(atPath: app) {
            guard isProject(name) || name.hasSuffix(".props") || name.hasSuffix(".targets") else { continue }
            let text = Self.text(of: app + "/" + name)
            if items.contains(where: text.contains) { return true }
        }
        return false
    }

    /// The framework is the SDK's own: reference assemblies for any other would have to be fetched.
    private static let plain = """
        <Project Sdk="Microsoft.NET.Sdk">

          <PropertyGroup>
            <TargetFramework>net$(BundledNETCoreAppTargetFrameworkVersion)</TargetFramework>
            <InvariantGlobalization>true</InvariantGlobalization>
          </PropertyGroup>

          <ItemGroup>
            <Compile Remove="tests/**" />
          </ItemGroup>

        </Project>

        """
}
