import FuncKit

extension Function: ListItem {
    static var headings: [String] { ["NAME", "STATUS", "VERSION", "RUNTIME", "INSTANCES", "UPDATED", "URL"] }

    var cells: [Cell] {
        [
            .text(name), status.cell, .text(activeVersionNumber.map { "v\($0)" } ?? "-"), .text(settings.runtime),
            .number(readyInstances ?? 0), .time(updatedAt), .text(url ?? "-"),
        ]
    }

    var listName: String { name }
}

extension FunctionStatus {
    /// The word with its tone.
    var cell: Cell {
        switch self {
        case .ready: .good(rawValue)
        case .pending, .building, .deleting: .caution(rawValue)
        case .error: .bad(rawValue)
        }
    }
}

/// A function with all that is known about it, as `describe` shows it.
struct FunctionDescription: CommandResult {
    let function: Function
    let versions: [FunctionVersion]
    let traffic: Traffic?
    let triggers: [TriggerDocument]

    var names: [String] { [function.name] }

    func text(_ style: TextStyle) -> String {
        var fields = FieldList(style: style)
        let settings = function.settings
        fields.add("Name", function.name)
        fields.add("Project", function.projectID)
        fields.add("Status", function.status.rawValue + (function.statusReason.map { ": \($0)" } ?? ""))
        fields.add("URL", function.url)
        fields.add("Description", settings.description)
        fields.add("Runtime", settings.runtime)
        fields.add("Type", settings.type.rawValue)
        fields.add("Handler", settings.handler)
        fields.add("Active version", function.activeVersionNumber.map { "v\($0)" })
        fields.add("Instances", function.readyInstances.map(String.init))
        fields.add(
            "Resources",
            [settings.resources.memory, settings.resources.cpu].filter { !$0.isEmpty }.joined(separator: ", ")
        )
        fields.add("Timeout", "\(settings.timeout) s")
        fields.add("Scaling", settings.scaling.summary)
        fields.add("Environment", settings.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
        fields.add("Secrets", settings.secrets.map(\.summary))
        fields.add("Triggers", triggers.map(\.summary))
        fields.add("Labels", settings.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
        fields.add("Traffic", (traffic?.routes ?? []).map(\.summary))
        fields.add("Versions", versions.prefix(5).map(\.summary))
        fields.add("Created", function.createdAt.map(TimeText.iso))
        fields.add("Updated", function.updatedAt.map(TimeText.iso))
        return fields.text
    }

    func encode(to encoder: any Encoder) throws {
        try function.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(versions, forKey: .versions)
        try container.encodeIfPresent(traffic?.routes, forKey: .traffic)
        try container.encode(triggers, forKey: .triggers)
    }

    private enum CodingKeys: CodingKey {
        case versions, traffic, triggers
    }
}

extension Scaling {
    /// One line for people.
    var summary: String {
        "\(minScale)–\(maxScale) instances, \(target) \(metric.rawValue) each, "
            + "down after \(TimeText.duration(milliseconds: scaleDownDelayMilliseconds))"
    }
}
