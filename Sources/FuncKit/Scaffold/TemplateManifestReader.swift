import Foundation
import Yams

/// Reads `template.yaml` and locates what is wrong with it.
struct TemplateManifestReader {
    /// The file's content.
    let text: String
    /// Its path, for messages.
    let file: String

    /// The template that the file describes.
    ///
    /// - Throws: ``FuncError`` with code `template_invalid`.
    func template(in folder: String) throws -> ScaffoldTemplate {
        let root = try parse()
        let map = try fields(
            root,
            of: "a template",
            allowed: ["name", "description", "runtime", "type", "variables", "files"]
        )
        let variables = try list(map["variables"]).map(variable)
        if let repeated = repeated(variables.map(\.name)) {
            throw fault("variable '\(repeated)' is declared twice", at: map["variables"])
        }
        guard let name = try string(map["name"]) else { throw fault("the template has no 'name'", at: root) }
        let type = try string(map["type"])
        guard type == nil || type.flatMap(FunctionType.init) != nil else {
            let allowed = FunctionType.allCases.map(\.rawValue)
            throw fault("type '\(type ?? "")' is not one of \(allowed.joined(separator: ", "))", at: map["type"])
        }
        return ScaffoldTemplate(
            name: name,
            description: try string(map["description"]) ?? "",
            runtime: try string(map["runtime"]) ?? "",
            type: type.flatMap(FunctionType.init),
            variables: variables,
            rules: try list(map["files"]).map { try rule($0, variables) },
            folder: folder,
            isVerbatim: false
        )
    }

    private func parse() throws -> Node {
        do {
            guard let root = try Yams.compose(yaml: text) else { throw fault("the file is empty", at: nil) }
            return root
        } catch let error as YamlError {
            switch error {
            case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
                .composer(_, let problem, let mark, _):
                throw FuncError(
                    .templateInvalid,
                    problem,
                    location: SourceLocation(file: file, line: mark.line, column: mark.column)
                )
            default:
                throw FuncError(
                    .templateInvalid,
                    "the file is not YAML",
                    location: SourceLocation(file: file, line: 1, column: 1),
                    because: error
                )
            }
        }
    }

    private func variable(_ node: Node) throws -> TemplateVariable {
        let map = try fields(
            node,
            of: "a variable",
            allowed: ["name", "description", "type", "default", "pattern", "choices"]
        )
        guard let name = try string(map["name"]) else { throw fault("the variable has no 'name'", at: node) }
        guard TemplateText.isName(name) else {
            throw fault("'\(name)' cannot be the name of a variable", at: map["name"])
        }
        let typeName = try string(map["type"]) ?? "string"
        guard let kind = TemplateVariable.Kind(rawValue: typeName) else {
            throw fault("type '\(typeName)' is not one of string, int, bool", at: map["type"])
        }
        let pattern = try string(map["pattern"])
        if let pattern, (try? Regex(pattern)) == nil {
            throw fault("pattern '\(pattern)' is not a regular expression", at: map["pattern"])
        }
        let variable = TemplateVariable(
            name: name,
            description: try string(map["description"]) ?? "",
            kind: kind,
            defaultValue: try string(map["default"]),
            pattern: pattern,
            choices: try list(map["choices"]).compactMap { try string($0) }
        )
        if let value = variable.defaultValue {
            do {
                _ = try variable.accept(value)
            } catch {
                throw fault("the default is refused: \(error.message)", at: map["default"])
            }
        }
        return variable
    }

    private func rule(_ node: Node, _ variables: [TemplateVariable]) throws -> TemplateFileRule {
        let map = try fields(node, of: "a file rule", allowed: ["path", "when", "executable"])
        guard let path = try string(map["path"]) else { throw fault("the file rule has no 'path'", at: node) }
        let when = try string(map["when"])
        if let when, !variables.contains(where: { $0.name == when && $0.kind == .bool }) {
            throw fault("'\(when)' is not a variable of type bool", at: map["when"])
        }
        let isExecutable = try map["executable"].map { node in
            guard let value = node.bool else { throw fault("'executable' must be true or false", at: node) }
            return value
        }
        return TemplateFileRule(path: path, when: when, isExecutable: isExecutable)
    }

    private func fields(_ node: Node, of what: String, allowed: [String]) throws -> [String: Node] {
        guard let mapping = node.mapping else { throw fault("\(what) must be a map", at: node) }
        var map: [String: Node] = [:]
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            guard allowed.contains(name) else {
                let near = NearestMatch.of(name, in: allowed).map { "did you mean '\($0)'?" }
                throw fault("\(what) has no key '\(name)'", at: key, hint: near)
            }
            map[name] = value
        }
        return map
    }

    private func list(_ node: Node?) throws -> [Node] {
        guard let node, !isNull(node) else { return [] }
        guard let sequence = node.sequence else { throw fault("expected a list", at: node) }
        return Array(sequence)
    }

    /// The text of a scalar as it is written, so that `default: 3.10` stays `3.10`.
    private func string(_ node: Node?) throws -> String? {
        guard let node, !isNull(node) else { return nil }
        guard let scalar = node.scalar else { throw fault("expected a single value", at: node) }
        return scalar.string
    }

    private func isNull(_ node: Node) -> Bool {
        node.scalar?.style == .plain && node.null != nil
    }

    private func repeated(_ names: [String]) -> String? {
        Dictionary(grouping: names, by: { $0 }).filter { $1.count > 1 }.keys.min()
    }

    private func fault(_ message: String, at node: Node?, hint: String? = nil) -> FuncError {
        let mark = node?.mark
        let location = SourceLocation(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1)
        return FuncError(.templateInvalid, message, hint: hint, location: location)
    }
}
