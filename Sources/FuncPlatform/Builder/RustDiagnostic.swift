import Foundation
import FuncKit

/// An error as the Rust compiler prints it.
struct RustDiagnostic: Sendable, Hashable {
    /// Such as `E0425`; nil where it has none, as syntax errors do.
    var code: String?
    var text: String
    var file: String
    var line: Int

    /// The first error that names a place.
    ///
    /// `error[E0425]: cannot find value 'x' in this scope`, then ` --> src/lib.rs:3:5`.
    static func first(in output: String) -> RustDiagnostic? {
        var head: (code: String?, text: String)?
        for line in output.split(whereSeparator: \.isNewline) {
            if let match = line.wholeMatch(of: /error(?:\[(?<code>\w+)\])?: (?<text>.+)/) {
                head = (match.code.map(String.init), String(match.text))
            } else if line.hasPrefix("warning") {
                head = nil
            } else if let found = head, let place = line.wholeMatch(of: /\s*--> (?<file>.+):(?<line>\d+):\d+/) {
                return RustDiagnostic(
                    code: found.code,
                    text: found.text,
                    file: String(place.file),
                    line: Int(place.line) ?? 0
                )
            }
        }
        return nil
    }
}

/// Says in the user's words why a Rust function could not be compiled.
struct RustBuildFailure {
    let output: ProcessOutcome
    let package: RustPackage
    let handler: String
    /// Where the compiler saw the user's files.
    let app: String

    /// The error for the user.
    var error: FuncError {
        guard let found = RustDiagnostic.first(in: output.output) else {
            return FuncError(.buildFailed, "'cargo build' ended with \(output.exit)", details: output.lastLines)
        }
        // All but the user's and the dependencies' files is the crate that joins handler and host.
        guard found.file.hasPrefix("/") else { return handlerError(found) }
        let own = found.file.hasPrefix(app + "/") ? String(found.file.dropFirst(app.count + 1)) : found.file
        return FuncError(.buildFailed, "\(found.text) in \(own):\(found.line)", details: details)
    }

    private var details: [String] {
        output.lastLines.map { $0.replacing(app + "/", with: "") }
    }

    private func handlerError(_ found: RustDiagnostic) -> FuncError {
        switch found.code {
        case "E0603":
            return FuncError(
                .buildFailed,
                "handler '\(handler)' is private",
                hint: "write 'pub' before it and before the modules that it is in"
            )
        case "E0423", "E0425", "E0432", "E0433":
            let names = RustFunctions.names(in: app, root: package.file)
            let list = names.isEmpty ? "no public function" : names.joined(separator: ", ")
            let place = names.contains { $0.contains("::") } ? "the crate" : package.file
            return FuncError(.buildFailed, "handler '\(handler)' not found; \(place) defines: \(list)")
        default:
            let place = RustFunctions.place(of: handler, in: app, root: package.file).map { " in \($0)" } ?? ""
            return FuncError(
                .buildFailed,
                "handler '\(handler)' has arguments or a result that the host does not know\(place)",
                hint: "write it as 'pub fn \(handler.components(separatedBy: "::").last ?? handler)"
                    + "(event: Value, context: &Context) -> Result<Value, E>', where E implements Display",
                details: details
            )
        }
    }
}

/// The public functions of a crate, as far as reading its files without a compiler tells.
enum RustFunctions {
    /// Paths such as `handler` and `orders::handler`.
    static func names(in app: String, root: String) -> [String] {
        files(in: app, root: root).flatMap { file in
            text(app + "/" + file.path).matches(of: /\npub (?:async )?fn (?<name>\w+)/)
                .map { (file.modules + [String($0.name)]).joined(separator: "::") }
        }
    }

    /// File and line of a function, such as `src/lib.rs:3`.
    static func place(of handler: String, in app: String, root: String) -> String? {
        let parts = handler.components(separatedBy: "::")
        guard let file = files(in: app, root: root).first(where: { $0.modules == parts.dropLast() }),
            let name = parts.last
        else { return nil }
        let lines = text(app + "/" + file.path).components(separatedBy: "\n").dropFirst()
        let declaration = "fn \(name)"
        let index = lines.firstIndex { line in
            guard let range = line.range(of: declaration) else { return false }
            return line[range.upperBound...].first.map { "(<".contains($0) } ?? false
        }
        return index.map { "\(file.path):\($0)" }
    }

    /// All source files with the modules that they stand for by their places.
    private static func files(in app: String, root: String) -> [(path: String, modules: [String])] {
        let folder = root.contains("/") ? String(root[..<(root.lastIndex(of: "/") ?? root.endIndex)]) : "."
        let found = (try? FileManager.default.subpathsOfDirectory(atPath: app + "/" + folder)) ?? []
        let modules = found.filter { $0.hasSuffix(".rs") && "\(folder)/\($0)" != root && $0 != "main.rs" }.sorted()
        return [(root, [])]
            + modules.map { name in
                var parts = name.dropLast(3).split(separator: "/").map(String.init)
                if parts.last == "mod" { parts.removeLast() }
                return ("\(folder)/\(name)", parts)
            }
    }

    /// A file with a line before its first, so that all lines begin after a line's end and counting starts at 1.
    private static func text(_ path: String) -> String {
        "\n" + ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "")
    }
}
