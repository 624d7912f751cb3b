import Foundation

/// What makes a function start: a request, an event, a schedule, or a batch of stream records.
public enum FunctionType: String, Codable, Hashable, Sendable, CaseIterable {
    case http, event, scheduled, stream
}

/// Memory and CPU of one instance, as Kubernetes quantities (`256Mi`, `100m`); empty means the server's default.
public struct Resources: Codable, Hashable, Sendable {
    /// Such as `256Mi` or `1Gi`.
    public var memory: String
    /// Such as `100m` or `1`.
    public var cpu: String

    /// Names both quantities.
    public init(memory: String = "", cpu: String = "") {
        self.memory = memory
        self.cpu = cpu
    }

    /// Reads the wire form; missing fields are empty.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        memory = try container.text(.memory)
        cpu = try container.text(.cpu)
    }

    private enum CodingKeys: String, CodingKey {
        case memory, cpu
    }
}

/// What the autoscaler counts.
public enum ScalingMetric: String, Codable, Hashable, Sendable, CaseIterable {
    case concurrency, rps, cpu, memory
}

/// How many instances run, and when.
public struct Scaling: Codable, Hashable, Sendable {
    /// Instances that always run.
    public var minScale: Int
    /// Upper bound; at least 1.
    public var maxScale: Int
    /// Value of `metric` per instance to aim for.
    public var target: Int
    /// What is measured.
    public var metric: ScalingMetric
    /// How long load must stay low before an instance is taken away, in milliseconds.
    public var scaleDownDelayMilliseconds: Int

    /// The `default` profile unless values say otherwise.
    public init(
        minScale: Int = 0,
        maxScale: Int = 100,
        target: Int = 100,
        metric: ScalingMetric = .concurrency,
        scaleDownDelayMilliseconds: Int = 30_000
    ) {
        self.minScale = minScale
        self.maxScale = maxScale
        self.target = target
        self.metric = metric
        self.scaleDownDelayMilliseconds = scaleDownDelayMilliseconds
    }

    /// Reads the wire form; missing fields take the `default` profile's values.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let base = Scaling()
        minScale = try container.value(.minScale, or: base.minScale)
        maxScale = try container.value(.maxScale, or: base.maxScale)
        target = try container.value(.target, or: base.target)
        metric = try container.value(.metric, or: base.metric)
        scaleDownDelayMilliseconds = try container.value(
            .scaleDownDelayMilliseconds,
            or: base.scaleDownDelayMilliseconds
        )
    }

    private enum CodingKeys: String, CodingKey {
        case minScale = "min_scale"
        case maxScale = "max_scale"
        case target, metric
        case scaleDownDelayMilliseconds = "scale_down_delay_ms"
    }

    /// The named presets of the manifest's `scaling.profile`.
    public static let profiles: [String: Scaling] = [
        "default": Scaling(),
        "high-performance": Scaling(
            minScale: 1,
            maxScale: 500,
            target: 50,
            metric: .rps,
            scaleDownDelayMilliseconds: 60_000
        ),
        "ml": Scaling(minScale: 1, maxScale: 50, target: 80, metric: .cpu, scaleDownDelayMilliseconds: 300_000),
    ]
}

/// What calls the function, as a manifest declares it.
public struct TriggerSpec: Codable, Hashable, Sendable {
    /// Unique within the function.
    public var name: String
    /// `http`, `event`, `schedule`, `messagequeue` or `timer`.
    public var type: String
    /// A disabled trigger keeps its settings and does nothing.
    public var enabled: Bool
    /// Flat text values; lists are joined by commas, nested keys by dots (`filter.region`).
    public var config: [String: String]

    /// Declares a trigger.
    public init(name: String, type: String, enabled: Bool = true, config: [String: String] = [:]) {
        self.name = name
        self.type = type
        self.enabled = enabled
        self.config = config
    }

    /// Reads the wire form; `enabled` defaults to true, values of `config` may have any shape.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.text(.name)
        type = try container.text(.type)
        enabled = try container.value(.enabled, or: true)
        config = TriggerConfig.flat(try container.value(.config, or: [:]))
    }

    private enum CodingKeys: String, CodingKey {
        case name, type, enabled, config
    }
}

/// Everything about a function except its name and its code: what a deploy sends and a version keeps.
///
/// On the wire these fields lie flat beside `name` and `id`.
public struct FunctionSettings: Codable, Hashable, Sendable {
    /// Runtime as the user wrote it, such as `python3.11`.
    public var runtime: String
    /// Entry point, such as `main.handler`; empty for a program that serves HTTP itself.
    public var handler: String
    /// What the function reacts to.
    public var type: FunctionType
    /// One line for people.
    public var description: String
    /// Program and arguments of a `custom` runtime; empty otherwise.
    public var command: [String]
    /// Shell-free build step of the user's own, run in the source folder; empty for none.
    public var buildCommand: [String]
    /// Variables of the instance.
    public var environment: [String: String]
    /// Secrets given to the instance.
    public var secrets: [SecretReference]
    /// Memory and CPU of one instance.
    public var resources: Resources
    /// Longest call, in seconds.
    public var timeout: Int
    /// Calls at once per instance; 0 leaves it to the host.
    public var concurrency: Int
    /// How many instances run.
    public var scaling: Scaling
    /// What calls the function.
    public var triggers: [TriggerSpec]
    /// Short values to select by.
    public var labels: [String: String]
    /// Values for tools.
    public var annotations: [String: String]

    /// Settings with every default of the platform.
    public init(
        runtime: String = "",
        handler: String = "",
        type: FunctionType = .http,
        description: String = "",
        command: [String] = [],
        buildCommand: [String] = [],
        environment: [String: String] = [:],
        secrets: [SecretReference] = [],
        resources: Resources = Resources(),
        timeout: Int = 300,
        concurrency: Int = 0,
        scaling: Scaling = Scaling(),
        triggers: [TriggerSpec] = [],
        labels: [String: String] = [:],
        annotations: [String: String] = [:]
    ) {
        self.runtime = runtime
        self.handler = handler
        self.type = type
        self.description = description
        self.command = command
        self.buildCommand = buildCommand
        self.environment = environment
        self.secrets = secrets
        self.resources = resources
        self.timeout = timeout
        self.concurrency = concurrency
        self.scaling = scaling
        self.triggers = triggers
        self.labels = labels
        self.annotations = annotations
    }

    /// Reads the wire form; every field may be missing or null.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let base = FunctionSettings()
        runtime = try container.text(.runtime)
        handler = try container.text(.handler)
        type = try container.value(.type, or: base.type)
        description = try container.text(.description)
        command = try container.value(.command, or: [])
        buildCommand = try container.value(.buildCommand, or: [])
        environment = try container.value(.environment, or: [:])
        secrets = try container.value(.secrets, or: [])
        resources = try container.value(.resources, or: base.resources)
        timeout = try container.value(.timeout, or: base.timeout)
        concurrency = try container.value(.concurrency, or: base.concurrency)
        scaling = try container.value(.scaling, or: base.scaling)
        triggers = try container.value(.triggers, or: [])
        labels = try container.value(.labels, or: [:])
        annotations = try container.value(.annotations, or: [:])
    }

    private enum CodingKeys: String, CodingKey {
        case runtime, handler, type, description, command, environment, secrets, resources, timeout, concurrency
        case scaling, triggers, labels, annotations
        case buildCommand = "build_command"
    }

    /// Whether going from `other` to these settings needs a new version, because a running instance would differ.
    ///
    /// Description, scaling, triggers, labels and annotations belong to the function and change in place.
    public func needsNewVersion(from other: FunctionSettings) -> Bool {
        var mine = self
        mine.description = other.description
        mine.scaling = other.scaling
        mine.triggers = other.triggers
        mine.labels = other.labels
        mine.annotations = other.annotations
        return mine != other
    }
}
