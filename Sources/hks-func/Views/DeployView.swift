import FuncKit
import Synchronization

/// Says in words what happens during a deploy: on a moving line on a terminal, in one line per phase else.
struct DeployNarrator: Sendable {
    let console: Console
    let progress: ProgressReporter
    private let start = ContinuousClock.now
    private let phases = SpokenPhases()

    init(console: Console, progress: ProgressReporter) {
        self.console = console
        self.progress = progress
    }

    func tell(_ step: DeployStep) {
        switch step {
        case .uploading(let bytes):
            progress.update("uploading " + transferText(bytes, since: start))
            say("uploading" + (bytes.total.map { " " + TimeText.bytes($0) } ?? ""))
        case .accepted(let version):
            progress.update("v\(version) accepted")
            say("v\(version) accepted")
        case .status(let status):
            progress.update(status.rawValue)
            // What it ends with is the result's to say.
            if !status.isFinal { say(status.rawValue) }
        case .buildLog(let entry): console.detail("build: \(entry.message.withoutControls)")
        case .buildLogLost(let error): console.detail("the build log cannot be read on: \(error)")
        }
    }

    private func say(_ phase: String) {
        guard !console.terminal.errorIsTerminal, phases.isNew(phase) else { return }
        console.note("  \(phase)")
    }
}

/// The phases that were told already.
private final class SpokenPhases: Sendable {
    private let told = Mutex<Set<String>>([])

    func isNew(_ phase: String) -> Bool {
        told.withLock { $0.insert(phase).inserted }
    }
}

/// The result of `deploy` and `update`.
struct DeployReport: CommandResult {
    var outcome: DeployOutcome
    let packMilliseconds: Int?
    let notices: [String]
    /// How the version got its traffic, where that was a rollout.
    var rollout: RolloutReport?

    var names: [String] { [outcome.function.name] }

    func text(_ style: TextStyle) -> String {
        let (function, version) = (outcome.function, outcome.version)
        guard outcome.changed else {
            return "'\(function.name)' is unchanged at v\(version.number)\n" + address(style)
        }
        guard version.status.isFinal else {
            return "v\(version.number) of '\(function.name)' is accepted and \(version.status.rawValue)\n"
        }
        let traffic = version.isActive ? "" : " without traffic"
        return "\(style.good("✓")) '\(function.name)' v\(version.number) is ready\(traffic)\(times)\n" + address(style)
    }

    private func address(_ style: TextStyle) -> String {
        outcome.function.url.map { "  \(style.bold($0))\n" } ?? ""
    }

    private var times: String {
        let parts = [
            ("pack", packMilliseconds), ("upload", outcome.uploadMilliseconds),
            ("build", outcome.version.phases?.buildMilliseconds), ("ready", outcome.version.phases?.readyMilliseconds),
        ]
        let texts = parts.compactMap { name, time in time.map { "\(name) \(TimeText.duration(milliseconds: $0))" } }
        return texts.isEmpty ? "" : " (\(texts.joined(separator: ", ")))"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(outcome.function.name, forKey: .name)
        try container.encode(outcome.function.projectID, forKey: .project)
        try container.encode(outcome.function.id, forKey: .id)
        try container.encode(outcome.version.number, forKey: .version)
        try container.encodeIfPresent(outcome.version.tag, forKey: .tag)
        try container.encodeIfPresent(outcome.version.sourceDigest, forKey: .digest)
        try container.encode(outcome.changed, forKey: .changed)
        try container.encodeIfPresent(outcome.function.url, forKey: .url)
        try container.encode(outcome.version.status, forKey: .status)
        try container.encode(notices + outcome.version.warnings, forKey: .warnings)
        try container.encodeIfPresent(rollout, forKey: .rollout)
        var phases = container.nestedContainer(keyedBy: PhaseKeys.self, forKey: .phases)
        try phases.encode(packMilliseconds ?? 0, forKey: .pack)
        try phases.encode(outcome.uploadMilliseconds ?? 0, forKey: .upload)
        try phases.encode(outcome.changed ? outcome.version.phases?.buildMilliseconds ?? 0 : 0, forKey: .build)
        try phases.encode(outcome.changed ? outcome.version.phases?.readyMilliseconds ?? 0 : 0, forKey: .ready)
    }

    private enum CodingKeys: CodingKey {
        case name, project, id, version, tag, digest, changed, url, status, warnings, phases, rollout
    }

    private enum PhaseKeys: String, CodingKey {
        case pack = "pack_ms"
        case upload = "upload_ms"
        case build = "build_ms"
        case ready = "ready_ms"
    }
}

/// What `deploy --dry-run` shows.
struct DeployPlan: CommandResult {
    let request: DeployRequest
    /// Nil where an image is deployed.
    let packed: PackedSource?
    var rollout: RolloutPlan?

    var names: [String] { [request.name] }

    func text(_ style: TextStyle) -> String {
        var fields = FieldList(style: style)
        fields.add("Would deploy", request.name)
        fields.add("Runtime", request.settings.runtime)
        fields.add("Handler", request.settings.handler)
        fields.add("Image", request.image)
        if let packed {
            fields.add("Source", "\(packed.files.count) files, \(TimeText.bytes(packed.archive.size)) packed")
            fields.add("Digest", packed.archive.digest)
        }
        fields.add("Tag", request.tag)
        fields.add("Traffic", traffic)
        fields.add("Environment", request.settings.environment.keys.sorted())
        fields.add("Secrets", request.settings.secrets.map(\.summary))
        return fields.text
    }

    private var traffic: String {
        guard let rollout else { return request.takesTraffic ? "all, once ready" : "none" }
        let steps = rollout.steps.map { "\($0) %" }.joined(separator: ", ")
        let conditions = rollout.conditions.map(\.description).joined(separator: ", ")
        return "\(rollout.strategy.rawValue): \(steps)" + (conditions.isEmpty ? "" : "; back on \(conditions)")
    }

    func encode(to encoder: any Encoder) throws {
        try request.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(true, forKey: .dryRun)
        try container.encodeIfPresent(packed?.archive.digest, forKey: .digest)
        try container.encodeIfPresent(packed?.archive.size, forKey: .size)
        try container.encodeIfPresent(packed?.files.count, forKey: .files)
        guard let rollout else { return }
        var fields = container.nestedContainer(keyedBy: RolloutKeys.self, forKey: .rollout)
        try fields.encode(rollout.strategy, forKey: .strategy)
        try fields.encode(rollout.steps, forKey: .steps)
        try fields.encode(rollout.stepMilliseconds, forKey: .step)
        try fields.encode(rollout.conditions.map(\.description), forKey: .abortOn)
    }

    private enum RolloutKeys: String, CodingKey {
        case strategy, steps
        case step = "step_ms"
        case abortOn = "abort_on"
    }

    private enum CodingKeys: String, CodingKey {
        case digest, size, files, rollout
        case dryRun = "dry_run"
    }
}
