/// What `function.yaml` says about a function, with one profile applied.
public struct FunctionManifest: Hashable, Sendable {
    /// Name of the function.
    public var name: String
    /// Settings with every default filled in; values of `environment` still hold their `${env:NAME}`.
    public var settings: FunctionSettings
    /// Patterns of files that are packed although an ignore file names them.
    public var include: [String]
    /// Patterns of files that are not packed, besides those in ignore files.
    public var exclude: [String]
    /// Names of the profiles that the file defines, sorted.
    public var profiles: [String]

    /// Describes a function.
    public init(
        name: String,
        settings: FunctionSettings,
        include: [String] = [],
        exclude: [String] = [],
        profiles: [String] = []
    ) {
        self.name = name
        self.settings = settings
        self.include = include
        self.exclude = exclude
        self.profiles = profiles
    }
}

/// Something in a manifest that still works and should be written differently.
public struct ManifestNotice: Hashable, Sendable, CustomStringConvertible {
    /// What was read, and as what; lower case, without a full stop.
    public var message: String
    /// Where it stands.
    public var location: SourceLocation

    /// Names a place and what is to be said about it.
    public init(message: String, location: SourceLocation) {
        self.message = message
        self.location = location
    }

    /// Location and message.
    public var description: String { "\(location): \(message)" }
}

/// A manifest as it was read from a file.
public struct LoadedManifest: Sendable {
    /// What the file says.
    public var manifest: FunctionManifest
    /// Path of the file as messages show it.
    public var file: String
    /// The profile that is applied, if any.
    public var profile: String?
    /// Older spellings that were read; empty for a file in the present form.
    public var notices: [ManifestNotice]
    /// Where each variable of `environment` has its value, for messages of whoever resolves them.
    public var environmentLocations: [String: SourceLocation]

    /// Holds what was read.
    public init(
        manifest: FunctionManifest,
        file: String,
        profile: String? = nil,
        notices: [ManifestNotice] = [],
        environmentLocations: [String: SourceLocation] = [:]
    ) {
        self.manifest = manifest
        self.file = file
        self.profile = profile
        self.notices = notices
        self.environmentLocations = environmentLocations
    }
}
