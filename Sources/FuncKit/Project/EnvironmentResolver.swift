import Foundation

/// Where the value of a function's variable came from.
public enum EnvironmentSource: Hashable, Sendable {
    /// An assignment in one of the `.env` files.
    case file(SourceLocation)
    /// The manifest's `environment`; the location is nil where the caller has none.
    case manifest(SourceLocation?)
    /// An `--env` option.
    case flag
}

/// One variable of a function, with all that had a say in its value.
public struct ResolvedVariable: Hashable, Sendable {
    /// Name of the variable.
    public var name: String
    /// The value that won.
    public var value: String
    /// Where the value came from.
    public var source: EnvironmentSource
    /// Sources whose values lost, the strongest first.
    public var overridden: [EnvironmentSource]
}

/// The variables a function gets, sorted by name.
public struct ResolvedEnvironment: Hashable, Sendable {
    /// Every variable with its sources.
    public var variables: [ResolvedVariable]

    /// Name and value alone, as ``FunctionSettings`` takes them.
    public var values: [String: String] {
        Dictionary(uniqueKeysWithValues: variables.map { ($0.name, $0.value) })
    }
}

/// An `--env` option: `NAME=value`, or `NAME` alone to hand on the caller's own variable.
public struct EnvironmentAssignment: Hashable, Sendable {
    /// Name of the variable.
    public var name: String
    /// Its value; nil to take it from the environment of the tool.
    public var value: String?

    /// Reads the text of an option.
    ///
    /// - Throws: ``FuncError`` with code `environment_invalid` for a name that cannot be set.
    public init(parsing text: String) throws(FuncError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        name = String(parts[0])
        value = parts.count == 2 ? String(parts[1]) : nil
        if let fault = EnvironmentName.fault(in: name) {
            throw FuncError(
                .environmentInvalid,
                fault,
                hint: "write --env NAME=value; PORT, K_* and HKS_* are reserved"
            )
        }
    }
}

/// Puts a function's variables together from `.env` files, the manifest and options: the same for all commands.
///
/// From weak to strong: `.env`, `.env.local`, `.env.<profile>`, `.env.<profile>.local`, the manifest's `environment`,
/// options. A `${NAME}` in a `.env` file sees the lines before it and the weaker files, then the tool's own
/// environment; a `${env:NAME}` in the manifest sees the tool's own environment, then the `.env` files. Since nothing
/// sees what comes later, there are no cycles.
public struct EnvironmentResolver: Sendable {
    /// Folder of the project, which holds the `.env` files.
    public var folder: String
    /// Name of the manifest profile in use, if any.
    public var profile: String?
    /// Environment of the tool itself, for references.
    public var processEnvironment: [String: String]

    /// Resolves for one project.
    public init(folder: String, profile: String? = nil, processEnvironment: [String: String]) {
        self.folder = folder
        self.profile = profile
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
    /// - Throws: ``FuncError`` with code `environment_invalid`, all faults at once, or `file_system`.
    public func resolve(
        manifest: [String: String] = [:],
        locations: [String: SourceLocation] = [:],
        flags: [EnvironmentAssignment] = []
    ) throws -> ResolvedEnvironment {
        var collector = Collector(processEnvironment: processEnvironment)
        for entry in try fileEntries() { collector.add(entry) }
        collector.add(manifest: manifest, locations: locations)
        for flag in flags { collector.add(flag) }
        let faults = collector.faults
        try FuncError.throwAll(faults, .environmentInvalid, "the environment has \(faults.count) errors")
        return ResolvedEnvironment(variables: collector.variables.values.sorted { $0.name < $1.name })
    }

    private func fileEntries() throws -> [DotEnv.Entry] {
        if let profile, profile.isEmpty || profile.contains("/") || profile.contains("\0") {
            throw FuncError(.invalidArgument, "'\(profile)' cannot be the name of a profile")
        }
        var entries: [DotEnv.Entry] = []
        var faults: [FuncError] = []
        for name in fileNames {
            do {
                entries += try Self.read(folder + "/" + name, as: name)?.entries ?? []
            } catch let fault as FuncError where fault.code == .environmentInvalid {
                faults += fault.failures.isEmpty ? [fault] : fault.failures
            }
        }
        try FuncError.throwAll(faults, .environmentInvalid, "the .env files have \(faults.count) errors")
        return entries
    }

    private static func read(_ path: String, as name: String) throws -> DotEnv? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw FuncError(.fileSystem, "cannot read '\(path)'", cause: "\(error)")
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

/// Takes values from weak to strong and remembers which lost.
private struct Collector {
    let processEnvironment: [String: String]
    private(set) var variables: [String: ResolvedVariable] = [:]
    private(set) var faults: [FuncError] = []

    init(processEnvironment: [String: String]) {
        self.processEnvironment = processEnvironment
    }

    mutating func add(_ entry: DotEnv.Entry) {
        let (known, process) = (variables, processEnvironment)
        set(entry.name, .file(entry.location)) { () throws(FuncError) in
            try entry.value.expanded(entry.name) { known[$0]?.value ?? process[$0] }
        }
    }

    mutating func add(manifest: [String: String], locations: [String: SourceLocation]) {
        let (fromFiles, process) = (variables, processEnvironment)
        for (name, text) in manifest.sorted(by: { $0.key < $1.key }) {
            let place = locations[name] ?? SourceLocation(file: "function.yaml", line: 1, column: 1)
            set(name, .manifest(locations[name])) { () throws(FuncError) in
                if let fault = EnvironmentName.fault(in: name) {
                    throw FuncError(.environmentInvalid, fault, hint: EnvironmentName.hint, location: place)
                }
                return try EnvironmentTemplate(manifestValue: text, location: place).expanded(name) { reference in
                    let variable = String(reference.dropFirst("env:".count))
                    return process[variable] ?? fromFiles[variable]?.value
                }
            }
        }
    }

    mutating func add(_ flag: EnvironmentAssignment) {
        let process = processEnvironment
        set(flag.name, .flag) { () throws(FuncError) in
            if let value = flag.value ?? process[flag.name] { return value }
            throw FuncError(
                .environmentInvalid,
                "'--env \(flag.name)' hands on a variable that is not set",
                hint: "give it a value: --env \(flag.name)=value"
            )
        }
    }

    private mutating func set(_ name: String, _ source: EnvironmentSource, to value: () throws(FuncError) -> String) {
        do throws(FuncError) {
            let value = try value()
            guard !value.utf8.contains(0) else {
                throw FuncError(
                    .environmentInvalid,
                    "the value of '\(name)' holds a NUL character",
                    location: source.location
                )
            }
            let before = variables[name]
            let overridden = before.map { [$0.source] + $0.overridden } ?? []
            variables[name] = ResolvedVariable(name: name, value: value, source: source, overridden: overridden)
        } catch {
            faults.append(error)
        }
    }
}

extension EnvironmentSource {
    /// Where the value stands; nil for options and where the caller has no place.
    public var location: SourceLocation? {
        switch self {
        case .file(let location): location
        case .manifest(let location): location
        case .flag: nil
        }
    }
}

extension EnvironmentSource: CustomStringConvertible {
    /// The way it is named to people.
    public var description: String {
        switch self {
        case .file(let location): "file \(location)"
        case .manifest(let location): location.map { "manifest \($0)" } ?? "manifest"
        case .flag: "flag --env"
        }
    }
}
