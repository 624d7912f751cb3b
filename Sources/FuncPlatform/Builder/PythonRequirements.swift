import Foundation
import FuncKit

/// The packages that a Python project names.
struct PythonRequirements: Sendable {
    /// The file that names them, for messages.
    let source: String
    /// A file in the form of `requirements.txt`.
    let file: String
    /// What is in it.
    let text: String

    /// The requirements of `requirements.txt`, which usually are those of `pyproject.toml` with all versions settled;
    /// else those of `pyproject.toml`. Nil where nothing is required.
    /// - Throws: ``FuncError`` with code `build_failed` or `toolchain_missing`.
    static func read(_ context: BuildContext) async throws -> PythonRequirements? {
        let file = context.app + "/requirements.txt"
        if let found = PythonRequirements(source: "requirements.txt", file: file) { return found }
        return try await readProject(context)
    }

    private init?(source: String, file: String) {
        guard let data = FileManager.default.contents(atPath: file) else { return nil }
        self.source = source
        self.file = file
        text = String(decoding: data, as: UTF8.self)
        guard !lines.isEmpty else { return nil }
    }

    /// Whether nothing but the text decides what is installed: it names no other file or folder.
    var isSelfContained: Bool {
        let references = ["-r", "-c", "-e", "--requirement", "--constraint", "--editable", ".", "/"]
        return !lines.contains { line in
            references.contains { line.hasPrefix($0) } || line.contains("file:") || line.contains("@ .")
        }
    }

    private var lines: [Substring] {
        text.split(whereSeparator: \.isNewline)
            .map { $0.drop { $0.isWhitespace } }
            .filter { !$0.isEmpty && $0.first != "#" }
    }

    // MARK: pyproject.toml

    private static func readProject(_ context: BuildContext) async throws -> PythonRequirements? {
        let project = context.app + "/pyproject.toml"
        // Most of these files hold only the settings of tools.
        guard let data = FileManager.default.contents(atPath: project),
            String(decoding: data, as: UTF8.self).contains("dependencies")
        else { return nil }
        let list = context.temporaryFolder + "/requirements.txt"
        let outcome = try await context.run(
            "reading pyproject.toml",
            context.toolchain.executable,
            ["-c", projectReader, project, list],
            in: context.folder
        )
        if outcome.exit == .status(noReader) { throw PythonInstaller.missing(source: "pyproject.toml", details: []) }
        guard outcome.exit.isSuccess else {
            let reason = outcome.lastLines.last ?? "Python ended with \(outcome.exit)"
            throw FuncError(.buildFailed, "'pyproject.toml' cannot be read: \(reason)", details: outcome.lastLines)
        }
        return PythonRequirements(source: "pyproject.toml", file: list)
    }

    /// Status of ``projectReader`` where Python cannot read TOML: it can from 3.11 on, before that pip can.
    private static let noReader: Int32 = 3

    private static let projectReader = """
        import sys
        try:
            import tomllib
        except ImportError:
            try:
                from pip._vendor import tomli as tomllib
            except ImportError:
                sys.exit(\(noReader))
        try:
            with open(sys.argv[1], "rb") as file:
                project = tomllib.load(file).get("project", {})
        except ValueError as error:
            sys.exit(str(error))
        names = project.get("dependencies", []) if isinstance(project, dict) else None
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            sys.exit("'dependencies' of [project] must be a list of texts")
        with open(sys.argv[2], "w", encoding="utf-8") as file:
            file.writelines(" ".join(name.split()) + "\\n" for name in names)
        """
}
