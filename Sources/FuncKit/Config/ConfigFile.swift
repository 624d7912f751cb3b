import Foundation
import Yams

/// The user's configuration: read as a whole, edited in memory, written back with everything it does not know.
public struct ConfigFile: Sendable {
    private static let maxBytes = 1 << 20
    private static let maxDepth = 16

    /// Where it is written.
    public let path: String
    /// Something to tell the user once, such as that an older file is read.
    public private(set) var notice: String?
    private var root: Node

    /// A value of the file; YAML's own nodes cannot cross between tasks.
    private indirect enum Node: Sendable, Hashable {
        case scalar(String, isQuoted: Bool)
        case list([Node])
        case map([Entry])
    }

    private struct Entry: Sendable, Hashable {
        var key: String
        var value: Node
    }

    /// An empty configuration that will be written to `path`.
    public init(path: String) {
        self.path = path
        root = .map([])
    }

    // MARK: Reading

    /// Reads the configuration, from its older places where there is none at the present one.
    /// - Throws: `config_invalid` with the place of the fault, `file_system`.
    public static func load(_ directories: BaseDirectories) throws -> ConfigFile {
        if let config = try load(path: directories.configFile) { return config }
        for older in directories.olderConfigFiles {
            guard let config = try load(path: older) else { continue }
            return config.modernised(for: directories.configFile)
        }
        return ConfigFile(path: directories.configFile)
    }

    /// Reads one file; nil where there is none.
    /// - Throws: as ``load(_:)``.
    public static func load(path: String) throws -> ConfigFile? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw FuncError(.fileSystem, "cannot read the configuration '\(path)'", because: error)
        }
        guard data.count <= maxBytes, let text = String(data: data, encoding: .utf8) else {
            throw FuncError(
                .configInvalid,
                "the configuration '\(path)' is not UTF-8 text of at most \(maxBytes) bytes"
            )
        }
        return try ConfigFile(path: path, text: text)
    }

    /// Reads YAML text.
    /// - Throws: `config_invalid`.
    public init(path: String, text: String) throws {
        self.path = path
        do {
            root = try Yams.compose(yaml: text).map { try Self.read($0, path: path, depth: 0) } ?? .map([])
        } catch let error as YamlError {
            throw Self.syntaxError(error, path: path)
        }
        if case .scalar(let text, _) = root, text.isEmpty || text == "null" || text == "~" { root = .map([]) }
        guard case .map = root else {
            throw FuncError(.configInvalid, "the configuration '\(path)' is not a list of settings with values")
        }
    }

    private static func read(_ node: Yams.Node, path: String, depth: Int) throws -> Node {
        guard depth < maxDepth else {
            throw FuncError(.configInvalid, "the configuration '\(path)' is nested more than \(maxDepth) levels deep")
        }
        switch node {
        case .scalar(let scalar):
            return .scalar(scalar.string, isQuoted: [.singleQuoted, .doubleQuoted].contains(scalar.style))
        case .sequence(let items):
            return .list(try items.map { try read($0, path: path, depth: depth + 1) })
        case .mapping(let pairs):
            return .map(
                try pairs.map { key, value in
                    guard let key = key.scalar?.string else {
                        throw FuncError(.configInvalid, "the configuration '\(path)' has a key that is not a text")
                    }
                    return Entry(key: key, value: try read(value, path: path, depth: depth + 1))
                }
            )
        case .alias:
            throw FuncError(.configInvalid, "the configuration '\(path)' uses a YAML alias, which is not supported")
        }
    }

    private static func syntaxError(_ error: YamlError, path: String) -> FuncError {
        let (problem, mark): (String, Mark?) =
            switch error {
            case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
                .composer(_, let problem, let mark, _):
                (problem, mark)
            case .duplicatedKeysInMapping(let keys, let context):
                ("the key '\(keys.first ?? "")' stands twice", context.mark)
            default: ("\(error)", nil)
            }
        return FuncError(
            .configInvalid,
            "the configuration is not valid YAML: \(problem)",
            location: SourceLocation(file: path, line: mark?.line ?? 1, column: mark?.column ?? 1)
        )
    }

    /// Takes over what the older tool kept under other names. A token is left where it is: that tool never sent it, and
    /// its file is readable by others.
    private func modernised(for newPath: String) -> ConfigFile {
        var config = ConfigFile(path: newPath)
        let renamed: [(old: [String], new: [String])] = [
            (["default", "namespace"], ["project"]),
            (["api", "endpoint"], ["contexts", "hexabase", "endpoint"]),
            (["output"], ["output"]),
        ]
        for (old, new) in renamed {
            if let value = text(at: old), !value.isEmpty { config.set(value, at: new) }
        }
        config.notice = "settings are read from the older file '\(path)'; 'hks-func config set' writes '\(newPath)'"
        return config
    }

    /// The text at a key path; nil where there is none, or something else than a text.
    public func text(at path: [String]) -> String? {
        guard case .scalar(let text, let isQuoted)? = node(at: path) else { return nil }
        return !isQuoted && ["", "null", "~"].contains(text) ? nil : text
    }

    /// The keys below a key path, in the order of the file.
    public func keys(at path: [String]) -> [String] {
        guard case .map(let entries)? = node(at: path) else { return [] }
        return entries.map(\.key)
    }

    private func node(at path: [String]) -> Node? {
        path.reduce(root as Node?) { node, key in
            guard case .map(let entries)? = node else { return nil }
            return entries.first { $0.key == key }?.value
        }
    }

    // MARK: Writing

    /// Sets the text at a key path; what is above it is made where missing.
    public mutating func set(_ value: String, at path: [String]) {
        root = Self.replacing(in: root, path[...], with: .scalar(value, isQuoted: Self.needsQuotes(value)))
    }

    /// Takes away what is at a key path, and maps above it that become empty.
    public mutating func unset(_ path: [String]) {
        root = Self.replacing(in: root, path[...], with: nil)
    }

    /// Writes the file for its owner only, all at once.
    /// - Throws: `file_system`, `no_space`.
    public func save() throws {
        let text: String
        do {
            text = try keys(at: []).isEmpty ? "{}\n" : Yams.serialize(node: Self.yaml(root), allowUnicode: true)
        } catch {
            throw FuncError(.internalError, "cannot write the configuration as YAML", because: error)
        }
        try PrivateFile.write(Data(text.utf8), to: path)
    }

    private static func replacing(in node: Node?, _ path: ArraySlice<String>, with value: Node?) -> Node {
        guard let key = path.first else { return value ?? .map([]) }
        var entries: [Entry] = []
        if case .map(let present)? = node { entries = present }
        let index = entries.firstIndex { $0.key == key }
        let inner =
            path.count == 1 ? value : replacing(in: index.map { entries[$0].value }, path.dropFirst(), with: value)
        switch (index, inner) {
        case (let index?, nil), (let index?, .map([])?): entries.remove(at: index)
        case (let index?, let inner?): entries[index].value = inner
        case (nil, nil), (nil, .map([])?): break
        case (nil, let inner?): entries.append(Entry(key: key, value: inner))
        }
        return .map(entries)
    }

    /// Whether YAML would take the plain text for something else than this text.
    private static func needsQuotes(_ text: String) -> Bool {
        guard let node = try? Yams.compose(yaml: text), case .scalar(let scalar) = node, scalar.string == text else {
            return true
        }
        return text.isEmpty || node.tag == Tag(.bool) || node.tag == Tag(.null)
    }

    private static func yaml(_ node: Node) -> Yams.Node {
        switch node {
        case .scalar(let text, let isQuoted):
            .scalar(Yams.Node.Scalar(text, .implicit, isQuoted ? .doubleQuoted : .any))
        case .list(let items):
            .sequence(Yams.Node.Sequence(items.map(yaml)))
        case .map(let entries):
            .mapping(Yams.Node.Mapping(entries.map { (Yams.Node($0.key), yaml($0.value)) }))
        }
    }
}
