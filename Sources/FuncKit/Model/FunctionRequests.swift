import Foundation

/// A source archive on disk, ready to be uploaded.
public struct SourceArchive: Hashable, Sendable {
    /// The archive file.
    public var path: String
    /// Lower-case hex SHA-256 of its bytes.
    public var digest: String
    /// Length in bytes.
    public var size: Int

    /// Names an archive file.
    public init(path: String, digest: String, size: Int) {
        self.path = path
        self.digest = digest
        self.size = size
    }
}

/// What a deploy asks for: one new version of a function, created with the function where that is missing.
///
/// Settings and source travel together, so that two deploys at once can never mix.
public struct DeployRequest: Codable, Hashable, Sendable {
    /// Name of the function.
    public var name: String
    /// Settings of the new version.
    public var settings: FunctionSettings
    /// Digest of a source that was uploaded before; nil to keep the active version's source.
    public var sourceDigest: String?
    /// Container image to run in place of a source; nil where the server builds. Servers without
    /// ``Capabilities/supportsCustomImages`` refuse it.
    public var image: String?
    /// Label for the version, under which it is also reached directly.
    public var tag: String?
    /// What the author says about the change.
    public var message: String?
    /// Whether the version gets all traffic once it is ready.
    public var takesTraffic: Bool
    /// Deploys even if nothing changed.
    public var force: Bool
    /// The deploy fails with `version_conflict` unless this is the active version's number; 0 means "none yet".
    public var ifVersion: Int?
    /// The deploy fails with `toolchain_missing` unless the very version of the runtime is there. It is a wish about this
    /// deploy, not a setting: a later one without it takes the nearest newer version again.
    public var strictRuntime: Bool

    /// Describes a deploy.
    public init(
        name: String,
        settings: FunctionSettings,
        sourceDigest: String?,
        image: String? = nil,
        tag: String? = nil,
        message: String? = nil,
        takesTraffic: Bool = true,
        force: Bool = false,
        ifVersion: Int? = nil,
        strictRuntime: Bool = false
    ) {
        self.name = name
        self.settings = settings
        self.sourceDigest = sourceDigest
        self.image = image
        self.tag = tag
        self.message = message
        self.takesTraffic = takesTraffic
        self.force = force
        self.ifVersion = ifVersion
        self.strictRuntime = strictRuntime
    }

    /// Reads the wire form: settings flat beside the other fields.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.text(.name)
        settings = try FunctionSettings(from: decoder)
        sourceDigest = try container.nonEmptyText(.sourceDigest)
        image = try container.nonEmptyText(.image)
        tag = try container.nonEmptyText(.tag)
        message = try container.nonEmptyText(.message)
        takesTraffic = try container.value(.takesTraffic, or: true)
        force = try container.value(.force, or: false)
        ifVersion = try container.decodeIfPresent(Int.self, forKey: .ifVersion)
        strictRuntime = try container.value(.strictRuntime, or: false)
    }

    /// Writes the wire form: settings flat beside the other fields.
    public func encode(to encoder: any Encoder) throws {
        try settings.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encodeIfPresent(sourceDigest, forKey: .sourceDigest)
        try container.encodeIfPresent(image, forKey: .image)
        try container.encodeIfPresent(tag, forKey: .tag)
        try container.encodeIfPresent(message, forKey: .message)
        try container.encode(takesTraffic, forKey: .takesTraffic)
        try container.encode(force, forKey: .force)
        try container.encodeIfPresent(ifVersion, forKey: .ifVersion)
        // Only where it is asked for: servers that do not know the field see what they always saw.
        if strictRuntime { try container.encode(true, forKey: .strictRuntime) }
    }

    private enum CodingKeys: String, CodingKey {
        case name, image, tag, message, force
        case sourceDigest = "source_digest"
        case takesTraffic = "takes_traffic"
        case ifVersion = "if_version"
        case strictRuntime = "strict_runtime"
    }
}

/// What a deploy led to.
public struct DeployResult: Codable, Hashable, Sendable {
    /// False where source and settings equal those of the active version.
    public var changed: Bool
    /// The new version, or the active one where nothing changed.
    public var version: FunctionVersion
    /// The function afterwards.
    public var function: Function

    /// Holds the outcome.
    public init(changed: Bool, version: FunctionVersion, function: Function) {
        self.changed = changed
        self.version = version
        self.function = function
    }
}

/// What a rollback did, or would do.
public struct RollbackResult: Codable, Hashable, Sendable {
    /// Number of the version that had the traffic; nil if there was none.
    public var from: Int?
    /// Number of the version that has it now.
    public var to: Int
    /// False where that version had all traffic already.
    public var changed: Bool

    /// Holds the outcome.
    public init(from: Int?, to: Int, changed: Bool) {
        self.from = from
        self.to = to
        self.changed = changed
    }
}

/// How a write changed a function; the field `change` of the server's answer.
public enum FunctionChange: String, Codable, Hashable, Sendable {
    /// Everything was as asked for already.
    case none
    /// The function's settings changed in place.
    case settings
    /// A new version was accepted.
    case version
}
