import Foundation

/// A version of a language and the day its maintainers stop to fix it.
public struct RuntimeVersion: Hashable, Sendable {
    /// Such as `3.11` or `18`.
    public var number: String
    /// Last day with fixes as `YYYY-MM-DD`; nil where none is announced.
    public var endOfLife: String?

    /// Names a version.
    public init(_ number: String, endOfLife: String? = nil) {
        self.number = number
        self.endOfLife = endOfLife
    }
}

/// How to find a language's toolchain on a machine.
public struct ToolchainProbe: Hashable, Sendable {
    /// Program of one exact version, with `{version}` in its place, such as `python{version}`; nil if there is none.
    public var exactName: String?
    /// Programs that may be of any version, the best first.
    public var names: [String]
    /// Arguments that make the program print its version.
    public var versionArguments: [String]
    /// Arguments that make it print the path of the program that really runs; empty if it cannot.
    public var locationArguments: [String]

    /// Describes a probe.
    public init(
        exactName: String? = nil,
        names: [String],
        versionArguments: [String] = ["--version"],
        locationArguments: [String] = []
    ) {
        self.exactName = exactName
        self.names = names
        self.versionArguments = versionArguments
        self.locationArguments = locationArguments
    }
}

/// What only some hosts do, because not every language allows it.
public enum HostAbility: String, Hashable, Sendable, CaseIterable {
    /// Listens on the Unix socket `$HKS_LISTEN_UNIX`.
    case unixSocket = "Unix socket"
    /// A result may be a sequence of pieces that leave as they come.
    case streamedAnswers = "streamed answers"
    /// Handlers may be asynchronous.
    case asyncHandlers = "async handlers"
    /// What a handler prints names its call, not only what it says through `context.logger`.
    case attributedOutput = "printed lines name their call"
    /// A handler that ends the process (`exit`) ends only its call.
    case survivesExit = "survives exit"
}

/// What a person types to get a toolchain.
public struct InstallHints: Hashable, Sendable {
    /// Command for Debian and its descendants.
    public var debian: String
    /// Command for macOS.
    public var macOS: String

    /// The command for the system this build is for.
    public var here: String {
        #if os(macOS)
        macOS
        #else
        debian
        #endif
    }
}

/// A row of the runtime catalogue.
public struct RuntimeEntry: Hashable, Sendable {
    /// The language.
    public var family: RuntimeFamily
    /// Its name for people.
    public var title: String
    /// Known versions, oldest first; empty where runtimes have no version.
    public var versions: [RuntimeVersion]
    /// Other spellings of the family, in lower case.
    public var aliases: [String]
    /// Entry point when the manifest names none.
    public var defaultHandler: String
    /// How to find its toolchain; nil if it needs none.
    public var probe: ToolchainProbe?
    /// How to install that toolchain; nil if it needs none.
    public var install: InstallHints?
    /// What the language's host does beyond what all hosts do.
    public var abilities: Set<HostAbility>

    /// Canonical names, the one without a version first.
    public var names: [String] {
        [family.rawValue] + versions.map { family.rawValue + $0.number }
    }
}
