/// Where files of this program belong, after the XDG Base Directory Specification.
public struct BaseDirectories: Hashable, Sendable {
    /// The user's home folder.
    public let home: String
    /// Settings.
    public let config: String
    /// What must survive a restart but is no document: the local platform's data.
    public let state: String
    /// What can be made anew.
    public let cache: String
    /// Shared content.
    public let data: String

    /// Reads `XDG_CONFIG_HOME` and its kin; relative paths are ignored, as the specification asks.
    public init(environment: [String: String], home: String) {
        func folder(_ variable: String, _ fallback: String) -> String {
            let base = environment[variable].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(home)/\(fallback)"
            return base + "/hks-func"
        }
        self.home = home
        config = folder("XDG_CONFIG_HOME", ".config")
        state = folder("XDG_STATE_HOME", ".local/state")
        cache = folder("XDG_CACHE_HOME", ".cache")
        data = folder("XDG_DATA_HOME", ".local/share")
    }

    /// The local platform's data folder unless the setting `platform.dataDir` names another one.
    public var platform: String { state + "/platform" }

    /// The file of the user's settings.
    public var configFile: String { config + "/config.yaml" }

    /// Older places of that file, in the order in which they are looked for.
    public var olderConfigFiles: [String] { [home + "/.hks-func/config.yaml", home + "/.hks-func.yaml"] }

    /// Where tokens of contexts are kept.
    public var tokens: String { config + "/tokens" }
}
