/// A value that can be written into a manifest.
public enum ManifestValue: Hashable, Sendable {
    /// A text, in quotes where YAML needs them.
    case text(String)
    /// A whole number.
    case integer(Int)
    /// True or false.
    case boolean(Bool)
}

/// Changes single values of a manifest and leaves everything else in the file as it is: comments, order, quoting, line
/// ends.
///
/// Every change is checked by reading the new text: it has to mean what the old one meant, with that one change.
public struct ManifestEditor: Sendable {
    /// The text with all changes so far.
    public private(set) var text: String
    private let file: String
    private var document: YAMLDocument

    /// Starts with the text of a file.
    ///
    /// - Throws: `manifest_invalid`, located, for what is not YAML.
    public init(text: String, file: String) throws {
        self.text = text
        self.file = file
        document = try YAMLDocument(SourceText(text, file: file))
    }

    /// The keys of a dotted path such as `scaling.minScale`; below `environment`, `labels` and their like the rest is
    /// one key, so that `labels.app.kubernetes.io/name` works.
    public static func path(_ dotted: String) -> [String] {
        let words = dotted.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        var fields = ManifestFields.root
        var path: [String] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            path.append(word)
            switch fields.first(where: { $0.name == word })?.shape {
            case .object(let inner): fields = inner
            case .map(_, .object(let inner)):
                if let name = rest.popFirst() { path.append(name) }
                fields = inner
            case .map where !rest.isEmpty:
                path.append(rest.joined(separator: "."))
                return path
            default: fields = []
            }
        }
        return path
    }

    /// The text of the scalar at a path, or nil where there is none.
    public func value(at path: [String]) -> String? {
        document.root[path: path]?.text
    }

    /// Sets a value; maps that are missing on the way are created.
    ///
    /// - Throws: `unsupported` where this cannot be done in place, with the reason and the place.
    public mutating func set(_ value: ManifestValue, at path: [String]) throws {
        guard !path.isEmpty, path.allSatisfy({ !$0.isEmpty }) else {
            throw FuncError(.invalidArgument, "a key path cannot be empty")
        }
        var change = ManifestChange(document: document, path: path)
        let edit = try change.set(value)
        try apply(edit, meaning: YAMLValue(document.root).setting(change.written, at: path[...]), path: path)
    }

    /// Removes a key with its value.
    ///
    /// - Returns: False where the key was not there.
    /// - Throws: `unsupported` where this cannot be done in place, with the reason and the place.
    @discardableResult
    public mutating func unset(_ path: [String]) throws -> Bool {
        let change = ManifestChange(document: document, path: path)
        guard let edit = try change.unset() else {
            guard document.root[path: path] == nil else {
                throw FuncError(
                    .unsupported,
                    "'\(path.joined(separator: "."))' comes from an alias and cannot be removed in place",
                    hint: "change it in an editor"
                )
            }
            return false
        }
        try apply(edit, meaning: YAMLValue(document.root).removing(path[...]), path: path)
        return true
    }

    private mutating func apply(_ edits: [ManifestChange.Edit], meaning: YAMLValue, path: [String]) throws {
        guard !edits.isEmpty else { return }
        let changed = document.source.replacing(edits)
        let result: YAMLDocument
        do {
            result = try YAMLDocument(SourceText(changed, file: file))
        } catch {
            throw cannotChange(path, cause: String(describing: error))
        }
        guard YAMLValue(result.root) == meaning else { throw cannotChange(path, cause: nil) }
        text = changed
        document = result
    }

    private func cannotChange(_ path: [String], cause: String?) -> FuncError {
        FuncError(
            .unsupported,
            "'\(path.joined(separator: "."))' cannot be changed in place without changing more of \(file)",
            hint: "change it in an editor",
            cause: cause
        )
    }
}

extension YAMLValue {
    /// The value with a scalar put at a path.
    fileprivate func setting(_ scalar: YAMLValue, at path: ArraySlice<String>) -> YAMLValue {
        guard let key = path.first else { return scalar }
        var entries: [String: YAMLValue] = [:]
        if case .map(let known) = self { entries = known }
        entries[key] = (entries[key] ?? .map([:])).setting(scalar, at: path.dropFirst())
        return .map(entries)
    }

    /// The value without what is at a path.
    fileprivate func removing(_ path: ArraySlice<String>) -> YAMLValue {
        guard let key = path.first, case .map(var entries) = self else { return self }
        entries[key] = path.count == 1 ? nil : entries[key]?.removing(path.dropFirst())
        return .map(entries)
    }
}
