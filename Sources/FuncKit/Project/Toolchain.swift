import Foundation

/// An interpreter or compiler on this machine.
public struct Toolchain: Hashable, Sendable {
    /// The language.
    public var family: RuntimeFamily
    /// Absolute path of the program.
    public var executable: String
    /// Full version it reports, such as `3.11.2`.
    public var version: String
    /// One sentence if it is not the version that was asked for.
    public var warning: String?

    /// Describes a toolchain.
    public init(family: RuntimeFamily, executable: String, version: String, warning: String? = nil) {
        self.family = family
        self.executable = executable
        self.version = version
        self.warning = warning
    }
}

/// Finds the toolchain for a runtime among the programs on a search path.
///
/// A program that is found is run once and remembered. One that cannot say its version (such as a version manager's
/// shim with nothing behind it) counts as absent.
public actor ToolchainLocator {
    /// Runs a program with arguments and gives what it prints on both streams; throws if it cannot or fails.
    public typealias Run = @Sendable (String, [String]) async throws -> String

    private struct Candidate {
        var executable: String
        var version: VersionNumber

        /// Whether both are one program, found by different links. One link may stand for several versions, as the shims
        /// of version managers do.
        func isSame(as other: Candidate) -> Bool {
            version == other.version && Self.resolved(executable) == Self.resolved(other.executable)
        }

        private static func resolved(_ path: String) -> String {
            URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        }
    }

    private let searchPath: [String]
    private let run: Run
    private var known: [String: Candidate] = [:]

    /// Looks in the folders of `searchPath`, in their order.
    ///
    /// - Parameters:
    ///   - searchPath: The parts of `PATH`; relative ones are skipped.
    ///   - run: Runs a candidate; gives up by itself on one that hangs.
    public init(searchPath: [String], run: @escaping Run) {
        self.searchPath = searchPath.filter { $0.hasPrefix("/") }
        self.run = run
    }

    /// The toolchain for `name`: the version asked for, else the nearest newer one with a warning.
    ///
    /// "Newer" stays within the major version, except for languages whose catalogue versions are majors themselves
    /// (Node.js 18 may run on 20).
    /// - Parameters:
    ///   - name: The runtime.
    ///   - strict: Refuses any other version than the one asked for.
    /// - Returns: A program that was just seen to exist.
    /// - Throws: ``FuncError`` with code `toolchain_missing`.
    public func locate(_ name: RuntimeName, strict: Bool = false) async throws -> Toolchain {
        let entry = name.family.entry
        guard let probe = entry.probe else {
            throw FuncError(.toolchainMissing, "runtime '\(name)' has no toolchain to look for")
        }
        guard let text = name.version, let wanted = VersionNumber(text) else {
            // 'python' may still be Python 2, which no host runs on.
            let oldest = entry.versions.first.flatMap { VersionNumber($0.number) }
            let isKnown: (Candidate) -> Bool = { candidate in oldest.map { candidate.version >= $0 } ?? true }
            let found = try await candidates(probe.names + newestFirst(probe, entry), entry, probe, stopAt: isKnown)
            guard let best = found.first(where: isKnown) else { throw missing(name, found: found) }
            return toolchain(name, best)
        }
        if let exact = probe.exactName(text) {
            let found = try await candidates([exact], entry, probe)
            if let match = found.first(where: { $0.version.isWithin(wanted) }) { return toolchain(name, match) }
        }
        let found = try await candidates(probe.names + newestFirst(probe, entry), entry, probe)
        if let match = found.first(where: { $0.version.isWithin(wanted) }) { return toolchain(name, match) }
        let newer = found.filter { $0.version > wanted && isCompatible($0.version, wanted) }
        guard !strict, let nearest = newer.min(by: { $0.version < $1.version }) else {
            throw missing(name, found: found)
        }
        let warning = "\(entry.title) \(text) is not installed: using \(nearest.version) from '\(nearest.executable)'"
        return toolchain(name, nearest, warning: warning)
    }

    /// Every toolchain of a language, each program once, in the order in which they are preferred where no version is
    /// asked for. Versions that are too old for the language's host are left out.
    ///
    /// All programs are asked at once, so that a look at a whole machine takes as long as its slowest program.
    public func all(_ family: RuntimeFamily) async throws -> [Toolchain] {
        let entry = family.entry
        guard let probe = entry.probe else { return [] }
        let names = probe.names + newestFirst(probe, entry)
        let paths = names.flatMap { name in searchPath.map { $0 + "/" + name } }.filter(Self.isProgram)
        var found: [Int: Candidate] = [:]
        try await withThrowingTaskGroup(of: (Int, Candidate?).self) { group in
            for (index, path) in paths.enumerated() {
                group.addTask { (index, try await self.candidate(at: path, entry, probe)) }
            }
            for try await (index, candidate) in group { found[index] = candidate }
        }
        let oldest = entry.versions.first.flatMap { VersionNumber($0.number) }
        var seen: Set<String> = []
        return found.sorted { $0.key < $1.key }.map(\.value)
            .filter { candidate in oldest.map { candidate.version >= $0 } ?? true }
            .filter { seen.insert(Self.identity($0.executable) + " \($0.version)").inserted }
            .map { toolchain(RuntimeName(family: family), $0) }
    }

    /// The file behind all links, because the folders of a search path often share their programs.
    private static func identity(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }

    private func isCompatible(_ version: VersionNumber, _ wanted: VersionNumber) -> Bool {
        wanted.parts.count == 1 || version.parts.first == wanted.parts.first
    }

    private func newestFirst(_ probe: ToolchainProbe, _ entry: RuntimeEntry) -> [String] {
        entry.versions.reversed().compactMap { probe.exactName($0.number) }
    }

    private func toolchain(_ name: RuntimeName, _ found: Candidate, warning: String? = nil) -> Toolchain {
        Toolchain(
            family: name.family,
            executable: found.executable,
            version: found.version.description,
            warning: warning
        )
    }

    private func missing(_ name: RuntimeName, found: [Candidate]) -> FuncError {
        let entry = name.family.entry
        let wanted = name.version.map { " \($0)" } ?? ""
        let others = found.map { "\($0.version) in '\($0.executable)'" }
        return FuncError(
            .toolchainMissing,
            "\(entry.title)\(wanted) is not installed"
                + (others.isEmpty ? "" : "; found " + others.joined(separator: ", ")),
            hint: entry.install.map { "install it: \($0.here)" }
        )
    }

    /// The working programs among `names`, in the order of names and of the search path, each real program once.
    private func candidates(
        _ names: [String],
        _ entry: RuntimeEntry,
        _ probe: ToolchainProbe,
        stopAt isEnough: (Candidate) -> Bool = { _ in false }
    ) async throws -> [Candidate] {
        var found: [Candidate] = []
        for name in names {
            for folder in searchPath {
                let path = folder + "/" + name
                guard let candidate = try await candidate(at: path, entry, probe),
                    !found.contains(where: { $0.isSame(as: candidate) })
                else { continue }
                found.append(candidate)
                if isEnough(candidate) { return found }
            }
        }
        return found
    }

    private func candidate(at path: String, _ entry: RuntimeEntry, _ probe: ToolchainProbe) async throws -> Candidate? {
        guard Self.isProgram(path) else {
            known[path] = nil
            return nil
        }
        if let candidate = known[path], Self.isProgram(candidate.executable) { return candidate }
        guard let output = try await output(path, probe.versionArguments),
            let printed = VersionNumber(firstIn: output)
        else { return nil }
        let version = entry.family == .java ? printed.withoutJavaPrefix : printed
        let candidate = Candidate(executable: try await realProgram(path, probe), version: version)
        known[path] = candidate
        return candidate
    }

    /// The program behind a version manager's shim: going through that would cost every start of an instance, and the
    /// shim looks for its versions in a home folder that instances do not have.
    private func realProgram(_ path: String, _ probe: ToolchainProbe) async throws -> String {
        guard !probe.locationArguments.isEmpty, Self.isScript(path) || Self.isForeignLink(path),
            let output = try await output(path, probe.locationArguments)
        else { return path }
        let real = output.trimmingCharacters(in: .whitespacesAndNewlines)
        return real.hasPrefix("/") && Self.isProgram(real) ? real : path
    }

    private func output(_ path: String, _ arguments: [String]) async throws -> String? {
        do {
            return try await run(path, arguments)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // A program that does not work is as good as none; the search goes on.
            return nil
        }
    }

    private static func isProgram(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
            && FileManager.default.isExecutableFile(atPath: path)
    }

    /// Whether it is a link to a program of quite another name, such as `node` to `volta-shim`; `python3` is a link to
    /// `python3.11` on many systems.
    private static func isForeignLink(_ path: String) -> Bool {
        let link = URL(fileURLWithPath: path)
        return !link.resolvingSymlinksInPath().lastPathComponent.hasPrefix(link.lastPathComponent.prefix(3))
    }

    private static func isScript(_ path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        return (try? file.read(upToCount: 2)) == Data("#!".utf8)
    }
}

extension ToolchainProbe {
    /// The program of one exact version, if the language has such names.
    fileprivate func exactName(_ version: String) -> String? {
        exactName?.replacingOccurrences(of: "{version}", with: version)
    }
}
