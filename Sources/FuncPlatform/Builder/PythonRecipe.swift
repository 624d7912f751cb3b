import Foundation
import FuncKit

/// Builds Python functions: dependencies beside the app, everything compiled ahead for a short cold start.
struct PythonRecipe: BuildRecipe {
    let family = "python"
    let version = 1

    func build(_ context: BuildContext) async throws {
        try await installRequirements(context)
        try await compile(context)
    }

    func launch(folder: String, toolchain: ResolvedToolchain) -> BundleLaunch {
        // A bundle is immutable, and what can be compiled has been.
        var environment = ["PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"]
        let dependencies = folder + "/deps"
        if FileManager.default.fileExists(atPath: dependencies) { environment["PYTHONPATH"] = dependencies }
        return BundleLaunch(
            command: [toolchain.executable, folder + "/host/main.py"],
            environment: environment,
            listensOnUnixSocket: true
        )
    }

    private func installRequirements(_ context: BuildContext) async throws {
        let path = context.app + "/requirements.txt"
        guard let data = FileManager.default.contents(atPath: path) else { return }
        let requirements = Requirements(String(decoding: data, as: UTF8.self))
        guard !requirements.isEmpty else { return }
        let cache = BuildCache(folder: context.cacheFolder)
        let toolchain = context.toolchain
        let identity = [toolchain.executable, toolchain.version, requirements.text].joined(separator: "\0")
        let key = "python/" + Digest.sha256(Data(identity.utf8))
        if requirements.areSelfContained, try await cache.restore(key, to: context.dependencies) {
            context.note(.info, "dependencies of requirements.txt are taken from the cache")
            return
        }
        context.note(.info, "installing the dependencies of requirements.txt")
        let arguments = [
            "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--target", context.dependencies,
            "-r", "requirements.txt",
        ]
        try await context.runToSuccess("pip install", toolchain.executable, arguments, in: context.app)
        if requirements.areSelfContained { try await cache.store(context.dependencies, as: key) }
    }

    private func compile(_ context: BuildContext) async throws {
        // Folders that cannot be packages hold other people's files: hidden ones, environments, modules of Node.js.
        let skipped = #"(^|/)(\.[^/]+|venv|site-packages|node_modules)/"#
        let arguments = [
            "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "-x", skipped, "app", "host",
        ]
        let outcome = try await context.run("compileall", context.toolchain.executable, arguments, in: context.folder)
        guard !outcome.exit.isSuccess else { return }
        let message = Self.syntaxError(in: outcome.output) ?? "the files of the function could not be compiled"
        throw FuncError(.buildFailed, message, details: outcome.lastLines)
    }

    /// The first syntax error that `compileall` printed.
    ///
    /// Below `*** Error compiling 'app/main.py'...` it shows the place and `SyntaxError: '(' was never closed`; of the other
    /// kinds only `Sorry: IndentationError: unexpected indent (main.py, line 3)`.
    static func syntaxError(in output: String) -> String? {
        let block = /\*\*\* Error compiling 'app\/(?<file>.+?)'\.\.\.\n(?<text>(?:(?!\*\*\* ).*\n?)*)/
        guard let match = output.firstMatch(of: block) else { return nil }
        let placed = /File ".*", line (?<line>\d+)[\s\S]*?\n\w*Error: (?<reason>.*)/
        if let found = match.text.firstMatch(of: placed) {
            return "syntax error in \(match.file):\(found.line): \(found.reason)"
        }
        guard let found = match.text.firstMatch(of: /Sorry: \w*Error: (?<reason>.*) \(.*, line (?<line>\d+)\)/) else {
            return nil
        }
        return "syntax error in \(match.file):\(found.line): \(found.reason)"
    }
}

/// A `requirements.txt`.
private struct Requirements {
    let text: String
    private let lines: [Substring]

    init(_ text: String) {
        self.text = text
        lines = text.split(whereSeparator: \.isNewline)
            .map { $0.drop { $0.isWhitespace } }
            .filter { !$0.isEmpty && $0.first != "#" }
    }

    var isEmpty: Bool { lines.isEmpty }

    /// Whether nothing but the text decides what is installed: it names no other file or folder.
    var areSelfContained: Bool {
        let references = ["-r", "-c", "-e", "--requirement", "--constraint", "--editable", ".", "/"]
        return !lines.contains { line in
            references.contains { line.hasPrefix($0) } || line.contains("file:") || line.contains("@ .")
        }
    }
}
