import Foundation

extension ToolchainLocator {
    /// Looks on the search path of `environment` and runs the programs it finds there.
    ///
    /// - Parameters:
    ///   - environment: Variables that the programs get; `PATH` among them.
    ///   - deadline: A program that takes longer to say its version counts as absent.
    public init(environment: [String: String], deadline: Duration = .seconds(10)) {
        self.init(searchPath: Self.searchPath(of: environment)) { executable, arguments in
            let options = ChildProcessOptions(
                executable: executable,
                arguments: arguments,
                environment: environment,
                workingFolder: "/"
            )
            let outcome = try await ProcessRunner.run(options, deadline: deadline)
            guard outcome.exit.isSuccess, !outcome.timedOut else {
                throw FuncError(.toolchainMissing, "'\(executable)' does not run")
            }
            return outcome.lastLines.joined(separator: "\n")
        }
    }

    /// The parts of `PATH`.
    public static func searchPath(of environment: [String: String]) -> [String] {
        (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").map(String.init)
    }
}

extension Toolchain {
    /// What its users should know: that it is not the version that was asked for, or that nobody fixes that version any
    /// more. A version that was asked for counts, else the one that was found.
    public func warnings(for name: RuntimeName, on date: Date) -> [String] {
        var named = name
        if named.version == nil { named.version = line }
        return [warning, RuntimeCatalog.endOfLifeWarning(for: named, on: date)].compactMap(\.self)
    }

    /// The version of the catalogue that this one is a release of, such as `3.11`; nil if it has none.
    public var line: String? {
        guard let mine = VersionNumber(version) else { return nil }
        return family.entry.versions.map(\.number).last { VersionNumber($0).map(mine.isWithin) ?? false }
    }
}
