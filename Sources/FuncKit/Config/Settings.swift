/// Where the value of a setting comes from.
public enum SettingSource: Hashable, Sendable, CustomStringConvertible {
    case flag(String)
    case environment(String)
    case manifest(String)
    case context(String)
    case userConfig(String)
    case fallback

    /// The way it is named to people.
    public var description: String {
        switch self {
        case .flag(let name): "flag \(name)"
        case .environment(let name): "environment variable \(name)"
        case .manifest(let path): "manifest \(path)"
        case .context(let name): "context \(name)"
        case .userConfig(let path): "configuration \(path)"
        case .fallback: "default"
        }
    }
}

/// A value that some source has for a setting.
public struct SettingCandidate: Hashable, Sendable {
    /// Where it comes from.
    public var source: SettingSource
    /// As it stands there.
    public var value: String
    /// Whether it is the one that counts.
    public var wins: Bool
}

/// A setting with everything that sets it, the strongest first.
public struct ResolvedSetting: Hashable, Sendable {
    /// The setting.
    public var key: SettingKey
    /// The value that counts; nil where nothing sets it.
    public var value: String?
    /// All values, by strength.
    public var candidates: [SettingCandidate]

    /// Where the value comes from.
    public var source: SettingSource? { candidates.first?.source }
}

/// Settings from all sources. First wins: flag, environment, manifest, context, user configuration, default.
public struct Settings: Sendable {
    private let flags: [String: String]
    private let environment: [String: String]
    private let manifest: [String: String]
    private let manifestPath: String
    private let config: ConfigFile
    private let defaults: [String: String]

    /// Gathers the sources.
    /// - Parameters:
    ///   - flags: values by setting name, of the flags that were given.
    ///   - environment: the process environment.
    ///   - manifest: values by setting name, of the project's manifest.
    ///   - manifestPath: how messages name the manifest.
    ///   - config: the user's configuration.
    ///   - defaults: values by setting name, in place of those in ``SettingKey/all``.
    public init(
        flags: [String: String] = [:],
        environment: [String: String] = [:],
        manifest: [String: String] = [:],
        manifestPath: String = "function.yaml",
        config: ConfigFile,
        defaults: [String: String] = [:]
    ) {
        self.flags = flags
        self.environment = environment
        self.manifest = manifest
        self.manifestPath = manifestPath
        self.config = config
        self.defaults = defaults
    }

    /// The value that counts, checked.
    /// - Throws: `config_invalid`.
    public func value(_ name: String) throws -> String? {
        try resolve(name).value
    }

    /// A setting with every source that has a value for it.
    /// - Throws: `config_invalid` for an unknown setting, or where the value that counts is not one.
    public func resolve(_ name: String) throws -> ResolvedSetting {
        let key = try SettingKey.named(name)
        var candidates = try candidates(for: key)
        guard !candidates.isEmpty else { return ResolvedSetting(key: key, value: nil, candidates: []) }
        candidates[0].wins = true
        let value = try key.checked(candidates[0].value, from: candidates[0].source.description)
        return ResolvedSetting(key: key, value: value, candidates: candidates)
    }

    private func candidates(for key: SettingKey) throws -> [SettingCandidate] {
        var found: [(SettingSource, String?)] = [(.flag(key.flag), flags[key.name])]
        // An empty variable is how shells and CI systems say "not set".
        found += key.environment.map { (.environment($0), environment[$0].flatMap { $0.isEmpty ? nil : $0 }) }
        found.append((.manifest(manifestPath), manifest[key.name]))
        if key.isInContext, let name = try resolve("context").value {
            found.append((.context(name), config.text(at: ["contexts", name, key.name])))
        }
        if key.isStored { found.append((.userConfig(config.path), config.text(at: key.path))) }
        found.append((.fallback, defaults[key.name] ?? key.fallback))
        return found.compactMap { source, value in
            value.map { SettingCandidate(source: source, value: $0, wins: false) }
        }
    }
}

extension SettingKey {
    /// Where the setting stands in the user's configuration.
    public var path: [String] { name.split(separator: ".").map(String.init) }
}
