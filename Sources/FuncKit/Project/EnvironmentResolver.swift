import Foundation

/// Puts a function's variables together from `.env` files, the manifest and options: the same for all commands.
///
/// From weak to strong: `.env`, `.env.local`, `.env.<profile>`, `.env.<profile>.local`, the manifest's `environment`, the
/// files of `--env-file` in their order, `--env`.
///
/// A `${NAME}` in a file sees the lines before it and the weaker files, then the tool's own environment. A `${env:NAME}` in
/// the manifest sees the files of `--env-file`, the tool's own environment, then the `.env` files. Since nothing sees what
/// comes later, there are no cycles.
public struct EnvironmentResolver: Sendable {
    /// Folder of the project, which holds the `.env` files.
    public var folder: String
    /// Name of the manifest profile in use, if any.
    public var profile: String?
    /// Absolute paths of files that options name, the weakest first.
    public var optionFiles: [String]
    /// Environment of the tool itself, for references.
    public var processEnvironment: [String: String]

    /// Resolves for one project.
    public init(
        folder: String,
        profile: String? = nil,
        optionFiles: [String] = [],
        processEnvironment: [String: String]
    ) {
        self.folder = folder
        self.profile = profile
        self.optionFiles = optionFiles
        self.processEnvironment = processEnvironment
    }

    /// Names of the files that are read where they exist, the weakest first.
    public var fileNames: [String] {
        [".env", ".env.local"] + (profile.map { [".env.\($0)", ".env.\($0).local"] } ?? [])
    }

    /// Reads all sources and decides on every variable.
    ///
    /// - Parameters:
    ///   - manifest: The manifest's `environment`, as written.
    ///   - locations: Where each of these values stands, as far as that is known.
    ///   - flags: The `--env` options in their order.
    /// - Returns: Every variable with its value and sources.
    /// - Throws: ``FuncError`` with code `environment_invalid`, all faults at once; `invalid_argument` for a file of an
    ///   option that is not there, or `file_system`.
    public func resolve(
        manifest: [String: String] = [:],
        locations: [String: SourceLocation] = [:],
        flags: [EnvironmentAssignment] = []
    ) throws -> ResolvedEnvironment {
        let files = try readFiles()
        var collector = EnvironmentCollector(processEnvironment: processEnvironment)
        for entry in files.flatMap(\.entries) where !entry.isFromOption { collector.add(entry.entry) }
        collector.add(
            optionEntries: files.flatMap(\.entries).filter(\.isFromOption).map(\.entry),
            manifest: manifest,
            locations: locations
        )
        for flag in flags { collector.add(flag) }
        let faults = collector.faults
        try FuncError.throwAll(faults, .environmentInvalid, "the environment has \(faults.count) errors")
        return ResolvedEnvironment(
            variables: collector.variables.values.sorted { $0.name < $1.name },
            files: files.map(\.file),
            notices: collector.notices + files.compactMap(\.notice)
        )
    }

    // MARK: Files

    private struct ReadFile {
        var file: EnvironmentFile
        var content: [DotEnv.Entry]

        var entries: [(entry: DotEnv.Entry, isFromOption: Bool)] { content.map { ($0, file.isFromOption) } }

        var notice: EnvironmentNotice? {
            guard file.isFromOption, content.isEmpty else { return nil }
            return EnvironmentNotice("'\(file.name)' of --env-file holds no variables")
        }
    }

    private func readFiles() throws -> [ReadFile] {
        if let profile, profile.isEmpty || profile.contains("/") || profile.contains("\0") {
            throw FuncError(.invalidArgument, "'\(profile)' cannot be the name of a profile")
        }
        var files: [ReadFile] = []
        var faults: [FuncError] = []
        let chain = fileNames.map { (path: folder + "/" + $0, name: $0, isFromOption: false) }
        for (path, name, isFromOption) in chain + optionFiles.map({ ($0, shownName($0), true) }) {
            do {
                let content = try Self.read(path, as: name)?.entries
                guard content != nil || !isFromOption else { throw Self.noFile(path) }
                let file = EnvironmentFile(name: name, isFromOption: isFromOption, assignments: content?.count)
                files.append(ReadFile(file: file, content: content ?? []))
            } catch let fault as FuncError where fault.code == .environmentInvalid {
                faults += fault.failures.isEmpty ? [fault] : fault.failures
            }
        }
        try FuncError.throwAll(faults, .environmentInvalid, "the files of variables have \(faults.count) errors")
        return files
    }

    private func shownName(_ path: String) -> String {
        path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : path
    }

    private static func noFile(_ path: String) -> FuncError {
        FuncError(
            .invalidArgument,
            "cannot read the variables of --env-file '\(path)': there is no such file",
            hint: "'.env' files beside function.yaml are read without the option"
        )
    }

    private static func read(_ path: String, as name: String) throws -> DotEnv? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw FuncError(.fileSystem, "cannot read '\(path)'", because: error)
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw FuncError(
                .environmentInvalid,
                "the file is not UTF-8 text",
                location: SourceLocation(file: name, line: 1, column: 1)
            )
        }
        return try DotEnv(parsing: text, file: name)
    }
}
