import ArgumentParser
import Foundation
import FuncKit

/// `hks-func build`
struct ProjectBuild: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Pack the project without deploying it.",
        discussion: """
            The same tree gives the same archive, byte by byte. .gitignore and .funcignore say what stays out.

            EXAMPLES
              hks-func build --list
              hks-func build --output hello.tar.gz
              hks-func build --format zip -o json | jq -r .digest
            """
    )

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case tarGzip = "tar.gz"
        case zip
        case folder = "dir"
    }

    @Option(
        help: ArgumentHelp(
            "File or folder to write; by default NAME.tar.gz, NAME.zip or NAME.build here.",
            valueName: "path"
        ),
        completion: .file()
    )
    var outputFile: String?

    @Option(help: ArgumentHelp("tar.gz, zip or dir.", valueName: "format"))
    var format: Format = .tarGzip

    @Flag(help: "Print the paths that would be packed, one a line, and write nothing.")
    var list = false

    @OptionGroup(title: "Project") var project: ProjectOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        let project = try project.load(context)
        let packer = ProjectPacker(project: project, temporaryFolder: context.temporaryFolder)
        let options = packer.options(format == .zip ? .zip : .tarGzip)
        if list {
            let files = try SourcePacker.list(root: project.root.folder, options: options).filter { $0.kind != .folder }
            return try show(files, context.console)
        }
        let path = outputFile.map(context.absolutePath) ?? context.absolutePath("\(project.name).\(suffix)")
        let report = try await context.console.progress("Packing '\(project.name)'") { _ in
            try await pack(project.root.folder, options, to: path)
        }
        try context.console.result(report)
    }

    private var suffix: String { format == .folder ? "build" : format.rawValue }

    private func show(_ files: [PackedFile], _ console: Console) throws {
        if console.format.isMachine { return try console.document(files.map(FileRow.init)) }
        for file in files { try console.write(file.path + "\n") }
    }

    private func pack(_ root: String, _ options: PackOptions, to path: String) async throws -> Report {
        guard format != .folder else {
            let files = try await SourcePacker.copy(root: root, options: options, to: path)
            return Report(path: path, digest: nil, size: files.reduce(0) { $0 + $1.size }, files: files.count)
        }
        let packed = try await SourcePacker.pack(root: root, options: options, output: path)
        return Report(path: path, digest: packed.archive.digest, size: packed.archive.size, files: packed.files.count)
    }

    struct Report: CommandResult {
        let path: String
        let digest: String?
        let size: Int
        let files: Int

        var names: [String] { [path] }

        func text(_ style: TextStyle) -> String {
            let digest = digest.map { "  sha256:\($0)\n" } ?? ""
            return "\(style.good("✓")) \(path): \(files) entries, \(TimeText.bytes(size))\n\(digest)"
        }
    }

    private struct FileRow: Encodable {
        let path: String
        let size: Int
        let kind: PackedFile.Kind

        init(_ file: PackedFile) {
            path = file.path
            size = file.size
            kind = file.kind
        }
    }
}
