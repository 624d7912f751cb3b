/// Which files of a project are watched, and what each of them means.
struct WatchRules: Sendable {
    /// What is packed, without what editors and tools leave behind for a moment.
    let selection: SourceSelection
    private let environmentFiles: Set<[UInt8]>

    /// Rules of a project.
    ///
    /// - Parameters:
    ///   - include: The manifest's list of what is packed although it is ignored.
    ///   - exclude: The manifest's list of what is never packed.
    ///   - environmentFiles: Names in the project's folder that variables are read from.
    init(include: [String], exclude: [String], environmentFiles: [String]) {
        let rules = IgnoreRules.builtIn.adding(lines: Self.passing, in: .root)
        selection = SourceSelection(rules: rules, include: include, exclude: exclude)
        self.environmentFiles = Set(environmentFiles.map { Array($0.utf8) })
    }

    /// Whether a name is one of the files that are watched although they are not packed.
    func isEnvironmentFile(_ name: EntryName) -> Bool { environmentFiles.contains(name.bytes) }

    /// Names of these files.
    var environmentNames: [EntryName] { environmentFiles.map { EntryName($0) } }

    /// Whether a file's content is read through the link that it may be, whatever is packed: the manifest and the files of
    /// variables.
    func isRead(_ name: EntryName) -> Bool { name.bytes == Self.manifest || isEnvironmentFile(name) }

    /// What a change of a file means.
    func kind(of name: EntryName) -> WatchedKind {
        if name.bytes == Self.manifest { return .manifest }
        if isEnvironmentFile(name) { return .environment }
        let last = String(decoding: name.last, as: UTF8.self)
        return Self.dependencyFiles.contains(last) || last.hasSuffix(".csproj") ? .dependencies : .source
    }

    /// Whether a change of a file changes what is watched.
    static func isRule(_ name: EntryName) -> Bool {
        name.bytes == manifest || IgnoreRules.fileNames.contains { Array($0.utf8) == name.last }
    }

    private static let manifest = Array("function.yaml".utf8)

    /// What editors write beside a file before or after they save it, and what compilers and test runners write. A
    /// project that packs one of these takes it back in an ignore file or names it in `include`.
    private static let passing = [
        "4913", "*~", ".#*", "\\#*#", "*.sw[opxn]", ".*.kate-swp", ".goutputstream-*", "*___jb_tmp___", "*___jb_old___",
        ".DS_Store", ".idea/", ".vscode/", "*.pyc", ".pytest_cache/", ".mypy_cache/", ".ruff_cache/", ".gradle/",
        "target/", "obj/",
    ]

    private static let dependencyFiles: Set<String> = [
        "requirements.txt", "pyproject.toml", "Pipfile", "Pipfile.lock", "poetry.lock", "uv.lock",
        "package.json", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml",
        "go.mod", "go.sum", "Cargo.toml", "Cargo.lock", "Gemfile", "Gemfile.lock", "pom.xml", "build.gradle",
        "build.gradle.kts", "gradle.lockfile", "composer.json", "composer.lock", "packages.lock.json",
    ]
}

extension EntryName {
    /// Whether it is no name in the project but a whole path, of a file that lies outside.
    var isWholePath: Bool { bytes.first == UInt8(ascii: "/") }
}
