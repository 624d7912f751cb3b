import ArgumentParser
import FuncKit

/// Settings that `update` changes.
struct SettingsOptions: ParsableArguments {
    @Option(name: [.short, .long], help: ArgumentHelp("Set a variable; repeatable.", valueName: "name=value"))
    var env: [KeyValue] = []

    @Option(help: ArgumentHelp("Remove a variable; repeatable.", valueName: "name"))
    var unsetEnv: [String] = []

    @Option(help: ArgumentHelp("Memory of an instance, such as 256Mi.", valueName: "quantity"))
    var memory: String?

    @Option(help: ArgumentHelp("Processor share of an instance, such as 100m.", valueName: "quantity"))
    var cpu: String?

    @Option(help: ArgumentHelp("Longest call, in seconds.", valueName: "seconds"))
    var timeout: Int?

    @Option(help: ArgumentHelp("Calls at once per instance; 0 for the default.", valueName: "count"))
    var concurrency: Int?

    @Option(
        help: ArgumentHelp("Preset: \(Scaling.profiles.keys.sorted().joined(separator: ", ")).", valueName: "profile")
    )
    var scalingProfile: String?

    @Option(help: ArgumentHelp("Instances that always run.", valueName: "count"))
    var minScale: Int?

    @Option(help: ArgumentHelp("Most instances.", valueName: "count"))
    var maxScale: Int?

    @Option(help: ArgumentHelp("Value of the metric to aim for per instance.", valueName: "value"))
    var target: Int?

    @Option(help: ArgumentHelp("What is measured: concurrency, rps, cpu, memory.", valueName: "metric"))
    var metric: ScalingMetric?

    @Option(help: ArgumentHelp("How long load stays low before an instance goes, such as 30s.", valueName: "duration"))
    var scaleDownDelay: DurationText?

    @Option(help: ArgumentHelp("Set a label; repeatable.", valueName: "key=value"))
    var label: [KeyValue] = []

    @Option(help: ArgumentHelp("Set an annotation; repeatable.", valueName: "key=value"))
    var annotation: [KeyValue] = []

    @Option(help: ArgumentHelp("One line about the function.", valueName: "text"))
    var description: String?

    func validate() throws {
        if let timeout, !(1...3600).contains(timeout) { throw ValidationError("--timeout must be between 1 and 3600") }
        if let concurrency, concurrency < 0 { throw ValidationError("--concurrency must not be negative") }
        if let scalingProfile, Scaling.profiles[scalingProfile] == nil {
            let known = Scaling.profiles.keys.sorted().joined(separator: ", ")
            throw ValidationError("--scaling-profile must be one of \(known), not '\(scalingProfile)'")
        }
    }

    /// Whether no setting is named.
    var isEmpty: Bool {
        env.isEmpty && unsetEnv.isEmpty && label.isEmpty && annotation.isEmpty
            && [memory, cpu, scalingProfile, description].allSatisfy { $0 == nil }
            && [timeout, concurrency, minScale, maxScale, target].allSatisfy { $0 == nil }
            && metric == nil && scaleDownDelay == nil
    }

    /// The settings with the changes.
    /// - Throws: `invalid_argument`, `environment_invalid`.
    func applied(to settings: FunctionSettings) throws -> FunctionSettings {
        var settings = settings
        for pair in env { _ = try EnvironmentAssignment(parsing: "\(pair.key)=\(pair.value)") }
        settings.environment.merge(env.dictionary) { _, new in new }
        for name in unsetEnv { settings.environment[name] = nil }
        settings.resources.memory = try checked(memory, "--memory", Quantity.bytes) ?? settings.resources.memory
        settings.resources.cpu = try checked(cpu, "--cpu", Quantity.millicores) ?? settings.resources.cpu
        settings.timeout = timeout ?? settings.timeout
        settings.concurrency = concurrency ?? settings.concurrency
        settings.description = description ?? settings.description
        settings.labels.merge(label.dictionary) { _, new in new }
        settings.annotations.merge(annotation.dictionary) { _, new in new }
        settings.scaling = try scaling(from: settings.scaling)
        return settings
    }

    private func scaling(from before: Scaling) throws -> Scaling {
        var scaling = scalingProfile.flatMap { Scaling.profiles[$0] } ?? before
        scaling.minScale = minScale ?? scaling.minScale
        scaling.maxScale = maxScale ?? scaling.maxScale
        scaling.target = target ?? scaling.target
        scaling.metric = metric ?? scaling.metric
        scaling.scaleDownDelayMilliseconds = scaleDownDelay?.milliseconds ?? scaling.scaleDownDelayMilliseconds
        guard scaling.minScale >= 0, scaling.maxScale >= max(1, scaling.minScale), scaling.target >= 1 else {
            throw FuncError(
                .invalidArgument,
                "scaling from \(scaling.minScale) to \(scaling.maxScale) with target \(scaling.target) is not possible",
                hint: "minScale is at least 0, maxScale at least 1 and not below minScale, the target at least 1"
            )
        }
        return scaling
    }

    private func checked(_ text: String?, _ flag: String, _ parse: (String) -> Int?) throws -> String? {
        guard let text else { return nil }
        guard let value = parse(text), value > 0 else {
            throw FuncError(
                .invalidArgument,
                "\(flag) '\(text)' is not a quantity",
                hint: "such as 256Mi for memory, 100m for cpu"
            )
        }
        return text
    }
}

extension ScalingMetric: ExpressibleByArgument {}

/// A length of time such as `500ms`, `30s`, `5m`, `1h`.
struct DurationText: ExpressibleByArgument, Hashable, Sendable {
    let milliseconds: Int

    init?(argument: String) {
        let units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)]
        for (unit, factor) in units where argument.hasSuffix(unit) {
            if let count = Int(argument.dropLast(unit.count)), count >= 0, count <= Int.max / factor {
                milliseconds = count * factor
                return
            }
        }
        return nil
    }
}
