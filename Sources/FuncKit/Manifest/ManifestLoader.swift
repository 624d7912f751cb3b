import Foundation

/// Reads `function.yaml`: validates all of it, applies one profile, and understands older forms of the file.
public struct ManifestLoader: Sendable {
    private let runtimes: RuntimeNames

    /// Takes what the runtime catalogue knows.
    ///
    /// - Parameters:
    ///   - isKnownRuntime: Whether a text names a runtime.
    ///   - runtimeNames: Names to suggest for a mistyped one.
    ///   - defaultHandler: The handler of a runtime where the manifest names none.
    public init(
        isKnownRuntime: @escaping @Sendable (String) -> Bool,
        runtimeNames: [String],
        defaultHandler: @escaping @Sendable (String) -> String? = { _ in nil }
    ) {
        runtimes = RuntimeNames(isKnown: isKnownRuntime, names: runtimeNames, defaultHandler: defaultHandler)
    }

    /// Reads the bytes of a file.
    ///
    /// - Throws: `manifest_invalid`, located; with `failures` where there are several faults.
    public func load(data: Data, file: String, profile: String? = nil) throws -> LoadedManifest {
        try load(text: ManifestText.decode(data, file: file), file: file, profile: profile)
    }

    /// Reads a text.
    ///
    /// The whole file is checked, with all of its profiles, whichever is asked for.
    ///
    /// - Throws: `manifest_invalid`, located; with `failures` where there are several faults. `invalid_argument` for a
    ///   profile that the file does not define.
    public func load(text: String, file: String, profile: String? = nil) throws -> LoadedManifest {
        let document = try YAMLDocument(SourceText(text, file: file))
        let (tree, notices) = try validated(document)
        let merged = try ManifestProfiles.apply(profile, to: tree, file: file)
        let reader = ManifestReader(root: merged, runtimes: runtimes)
        var locations: [String: SourceLocation] = [:]
        for entry in merged["environment"]?.entries ?? [] {
            locations[entry.key] = document.source.location(entry.value.mark)
        }
        var manifest = try reader.manifest()
        manifest.profiles = ManifestProfiles.names(in: tree)
        return LoadedManifest(
            manifest: manifest,
            file: file,
            profile: profile,
            notices: notices,
            environmentLocations: locations
        )
    }

    /// The tree in the present form, found to be valid, with what was converted on the way.
    func validated(_ document: YAMLDocument) throws -> (tree: YAMLNode, notices: [ManifestNotice]) {
        var converter = OlderForms(source: document.source)
        let tree = converter.convert(document.root)
        var validator = ManifestValidator(source: document.source, runtimes: runtimes)
        if converter.isConvertible {
            validator.checkRoot(tree)
            validator.checkRelations(tree)
        }
        try ManifestProblems.throwIfAny(converter.problems + validator.problems, file: document.source.file)
        return (tree, converter.notices)
    }
}

/// Turns what was found in one run into one error.
enum ManifestProblems {
    /// More than anyone reads.
    private static let shown = 50

    /// Throws the only problem as it is, and several as one with `failures` in the order of the file.
    static func throwIfAny(_ problems: [FuncError], file: String) throws {
        var seen: Set<FuncError> = []
        let unique = problems.filter { seen.insert($0).inserted }.sorted { first, second in
            guard let first = first.location, let second = second.location else { return first.location != nil }
            return (first.line, first.column) < (second.line, second.column)
        }
        guard unique.count > 1 else {
            if let only = unique.first { throw only }
            return
        }
        let name = file.split(separator: "/").last.map(String.init) ?? file
        throw FuncError(
            .manifestInvalid,
            "\(name) has \(unique.count) errors",
            hint: unique.count > shown ? "the first \(shown) are shown" : nil,
            failures: Array(unique.prefix(shown))
        )
    }
}
