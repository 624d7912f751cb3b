import Foundation

/// How far the build of a version came.
public enum BuildStatus: String, Codable, Hashable, Sendable {
    case pending, building, success, failed

    /// Reads the words of servers. The hosted service leaves it empty for versions that run.
    init(wire text: String) {
        self = text == "error" ? .failed : BuildStatus(rawValue: text) ?? .success
    }
}

/// How far a version came on its way to traffic.
public enum VersionStatus: String, Codable, Hashable, Sendable {
    /// Accepted and queued.
    case pending
    /// The build runs.
    case building
    /// Built; its first instance starts.
    case starting
    /// An instance was ready once; traffic may be sent.
    case ready
    /// The build failed or no instance became ready.
    case failed

    /// Whether nothing more will happen by itself.
    public var isFinal: Bool { self == .ready || self == .failed }
}

/// Why a version failed.
public struct VersionFailure: Codable, Hashable, Sendable {
    /// `build_failed`, `build_timed_out`, `readiness_failed`, `toolchain_missing` …
    public var code: ErrorCode
    /// For people.
    public var message: String
    /// The last lines the build or the instance wrote.
    public var lastLines: [String]

    /// Describes a failure.
    public init(code: ErrorCode, message: String, lastLines: [String] = []) {
        self.code = code
        self.message = message
        self.lastLines = lastLines
    }

    /// Reads the wire form; missing fields are empty, and a missing code is `build_failed`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        code = try container.nonEmptyText(.code).map { ErrorCode(rawValue: $0) } ?? .buildFailed
        message = try container.text(.message)
        lastLines = try container.value(.lastLines, or: [])
    }

    private enum CodingKeys: String, CodingKey {
        case code, message
        case lastLines = "last_lines"
    }
}

/// Time that the server spent per phase, in milliseconds.
public struct VersionPhases: Codable, Hashable, Sendable {
    /// Staging and building; 0 when the bundle was there already.
    public var buildMilliseconds: Int?
    /// From the start of the first instance until it was ready.
    public var readyMilliseconds: Int?

    /// Holds both.
    public init(buildMilliseconds: Int? = nil, readyMilliseconds: Int? = nil) {
        self.buildMilliseconds = buildMilliseconds
        self.readyMilliseconds = readyMilliseconds
    }

    private enum CodingKeys: String, CodingKey {
        case buildMilliseconds = "build_ms"
        case readyMilliseconds = "ready_ms"
    }
}

/// One immutable state of a function, code and settings (reference: canonical `FunctionVersionDef` and its extensions).
public struct FunctionVersion: Codable, Hashable, Sendable, Identifiable {
    /// Opaque and unique across functions.
    public var id: String
    /// 1, 2, 3 … within the function.
    public var number: Int
    /// Workspace of the function.
    public var workspaceID: String
    /// Function it belongs to.
    public var functionID: String
    /// Name of that function.
    public var functionName: String
    /// How far the build came.
    public var buildStatus: BuildStatus
    /// How far the version came; derived from `build_status` where the server does not say.
    public var status: VersionStatus
    /// Why it failed, if it did.
    public var failure: VersionFailure?
    /// Whether it is the function's active version.
    public var isActive: Bool
    /// Share of untagged traffic, 0–100; nil where the server does not say.
    public var trafficPercent: Int?
    /// Label given at deploy.
    public var tag: String?
    /// What the author said about the change.
    public var message: String?
    /// Who deployed it.
    public var createdBy: String?
    /// Lower-case hex SHA-256 of the source archive.
    public var sourceDigest: String?
    /// Time per phase.
    public var phases: VersionPhases?
    /// What whoever deployed it should know, such as that another version of the runtime is used.
    public var warnings: [String]
    /// The settings it was deployed with; nil where the server does not keep them.
    public var settings: FunctionSettings?
    /// When it was accepted.
    public var createdAt: Date?

    /// Describes a version.
    public init(
        id: String,
        number: Int,
        workspaceID: String = "",
        functionID: String = "",
        functionName: String = "",
        buildStatus: BuildStatus = .pending,
        status: VersionStatus = .pending,
        failure: VersionFailure? = nil,
        isActive: Bool = false,
        trafficPercent: Int? = nil,
        tag: String? = nil,
        message: String? = nil,
        createdBy: String? = nil,
        sourceDigest: String? = nil,
        phases: VersionPhases? = nil,
        warnings: [String] = [],
        settings: FunctionSettings? = nil,
        createdAt: Date? = nil
    ) {
        self.id = id
        self.number = number
        self.workspaceID = workspaceID
        self.functionID = functionID
        self.functionName = functionName
        self.buildStatus = buildStatus
        self.status = status
        self.failure = failure
        self.isActive = isActive
        self.trafficPercent = trafficPercent
        self.tag = tag
        self.message = message
        self.createdBy = createdBy
        self.sourceDigest = sourceDigest
        self.phases = phases
        self.warnings = warnings
        self.settings = settings
        self.createdAt = createdAt
    }

    /// Reads the wire form, tolerant of missing fields, nulls and year-1 times.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.text(.id)
        number = try container.value(.number, or: 0)
        workspaceID = try container.text(.workspaceID)
        functionID = try container.text(.functionID)
        functionName = try container.text(.functionName)
        buildStatus = BuildStatus(wire: try container.text(.buildStatus))
        status = VersionStatus(rawValue: try container.text(.status)) ?? Self.status(of: buildStatus)
        failure = try container.decodeIfPresent(VersionFailure.self, forKey: .failure)
        isActive = try container.value(.isActive, or: false)
        trafficPercent = try container.decodeIfPresent(Int.self, forKey: .trafficPercent)
        tag = try container.nonEmptyText(.tag)
        message = try container.nonEmptyText(.message)
        createdBy = try container.nonEmptyText(.createdBy)
        sourceDigest = try container.nonEmptyText(.sourceDigest)
        phases = try container.decodeIfPresent(VersionPhases.self, forKey: .phases)
        warnings = try container.value(.warnings, or: [])
        settings = try container.decodeIfPresent(FunctionSettings.self, forKey: .settings)
        createdAt = try container.time(.createdAt)
    }

    private static func status(of build: BuildStatus) -> VersionStatus {
        switch build {
        case .pending: .pending
        case .building: .building
        case .success: .ready
        case .failed: .failed
        }
    }

    private enum CodingKeys: String, CodingKey {
        case id, status, tag, message, phases, warnings, settings
        case number = "version"
        case workspaceID = "workspace_id"
        case functionID = "function_id"
        case functionName = "function_name"
        case buildStatus = "build_status"
        case failure = "error"
        case isActive = "is_active"
        case trafficPercent = "traffic_percent"
        case createdBy = "created_by"
        case sourceDigest = "source_digest"
        case createdAt = "created_at"
    }
}

/// How a person names a version: `v3`, `3`, a tag, or its id.
public enum VersionSelector: Hashable, Sendable, CustomStringConvertible {
    case number(Int)
    case named(String)

    /// Reads `3` and `v3` as numbers and all else as a tag or id.
    public init(_ text: String) {
        let digits = text.hasPrefix("v") ? text.dropFirst() : text[...]
        if !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(digits), number > 0 {
            self = .number(number)
        } else {
            self = .named(text)
        }
    }

    /// The form that users read: `v3`, or the tag.
    public var description: String {
        switch self {
        case .number(let number): "v\(number)"
        case .named(let name): name
        }
    }

    /// The version meant among `versions`: by number, else by tag (the newest that has it), else by id.
    public func first(in versions: [FunctionVersion]) -> FunctionVersion? {
        switch self {
        case .number(let number):
            versions.first { $0.number == number }
        case .named(let name):
            versions.filter { $0.tag == name }.max { $0.number < $1.number } ?? versions.first { $0.id == name }
        }
    }
}
