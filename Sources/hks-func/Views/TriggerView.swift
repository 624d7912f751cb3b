import Foundation
import FuncKit

/// A trigger as programs read it in `triggers list` and `triggers describe`.
struct TriggerDocument: Encodable, Sendable {
    let trigger: Trigger
    /// When it is due, as far as it is about time.
    let dueTimes: [Date]

    init(trigger: Trigger, now: Date) {
        var trigger = trigger
        dueTimes = trigger.dueTimes(after: now, count: 3)
        trigger.nextFireAt = dueTimes.first ?? trigger.nextFireAt
        self.trigger = trigger
    }

    /// When it is due next.
    var nextDue: Date? { trigger.nextFireAt }

    func encode(to encoder: any Encoder) throws {
        try trigger.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(trigger.url, forKey: .url)
    }

    private enum CodingKeys: String, CodingKey {
        case url
    }
}

extension TriggerDocument: ListItem {
    static var headings: [String] { ["NAME", "TYPE", "STATE", "ORIGIN", "RULE", "NEXT", "URL"] }

    var cells: [Cell] {
        [
            .text(trigger.spec.name), .text(trigger.spec.type),
            trigger.spec.enabled ? .good("enabled") : .caution("disabled"), .text(trigger.origin?.rawValue ?? "-"),
            .text(trigger.spec.rule), .text(nextDue.map(TimeText.iso) ?? "-"), .text(trigger.url ?? "-"),
        ]
    }

    var listName: String { trigger.spec.name }
}

extension TriggerDocument: CommandResult {
    var names: [String] { [listName] }

    func text(_ style: TextStyle) -> String {
        var fields = FieldList(style: style)
        fields.add("Name", trigger.spec.name)
        fields.add("Id", trigger.id)
        fields.add("Function", trigger.functionName)
        fields.add("Type", trigger.spec.type)
        fields.add("State", trigger.spec.enabled ? "enabled" : "disabled")
        fields.add("Origin", trigger.origin?.rawValue)
        fields.add("URL", trigger.url)
        fields.add("Next", dueTimes.isEmpty ? nextDue.map { [TimeText.iso($0)] } ?? [] : dueTimes.map(TimeText.iso))
        fields.add("Last fired", trigger.lastFiredAt.map(TimeText.iso))
        fields.add(
            "Settings",
            trigger.spec.config.filter { $0.key != "url" }.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        )
        fields.add("Created", trigger.createdAt.map(TimeText.iso))
        fields.add("Updated", trigger.updatedAt.map(TimeText.iso))
        return fields.text
    }

    /// One line for people.
    var summary: String {
        let parts = [
            trigger.spec.name, trigger.spec.type, trigger.spec.rule, trigger.url,
            nextDue.map { "next \(TimeText.iso($0))" }, trigger.spec.enabled ? nil : "disabled",
        ]
        return parts.compactMap(\.self).filter { $0 != "-" }.joined(separator: "  ")
    }
}

extension TriggerSpec {
    /// What the trigger waits for, in few words.
    var rule: String {
        let parts: [String?]
        switch type {
        case Self.http:
            let methods = config["methods"] ?? config["method"]
            let auth = config["auth"].flatMap { $0 == HTTPTriggerAuth.public.rawValue ? nil : $0 }
            parts = [methods, config["path"], auth]
        case Self.schedule: parts = [config["cron"], config["timezone"]]
        case Self.event:
            let filters = config.filter { $0.key.hasPrefix("filter.") }.sorted { $0.key < $1.key }
            parts =
                [config["event_type"], config["event_source"]] + filters.map { "\($0.key.dropFirst(7))=\($0.value)" }
        case Self.messageQueue: parts = [config["queue_type"], config["topic"]]
        case Self.timer: parts = [config["interval"].map { "every \($0)" }]
        default: parts = []
        }
        let text = parts.compactMap(\.self).joined(separator: " ")
        return text.isEmpty ? "-" : text
    }
}

/// What `triggers create` and `triggers update` did.
struct TriggerChange: CommandResult {
    enum Kind {
        case create, update
    }

    let kind: Kind
    let document: TriggerDocument
    let isDryRun: Bool
    let isChanged: Bool

    init(_ kind: Kind, _ trigger: Trigger, isDryRun: Bool, isChanged: Bool = true, now: Date) {
        self.kind = kind
        self.isDryRun = isDryRun
        self.isChanged = isChanged
        document = TriggerDocument(trigger: trigger, now: now)
    }

    var names: [String] { document.names }

    func text(_ style: TextStyle) -> String {
        let trigger = document.trigger
        let what = "trigger '\(trigger.spec.name)' of '\(trigger.functionName)'"
        guard isChanged else { return "\(what) is like that already\n" }
        if isDryRun {
            let verb = kind == .create ? "create" : "change"
            return "would \(verb) \(what): \(trigger.spec.type) \(trigger.spec.rule)".withoutControls + "\n"
        }
        var lines = ["\(style.good("✓")) \(what) \(kind == .create ? "created" : "changed")"]
        if let url = trigger.url { lines.append("  \(url)") }
        if let next = document.nextDue { lines.append("  next \(TimeText.iso(next))") }
        return lines.map { $0 + "\n" }.joined()
    }

    func encode(to encoder: any Encoder) throws {
        try document.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(isChanged, forKey: .changed)
        try container.encode(isDryRun, forKey: .dryRun)
    }

    private enum CodingKeys: String, CodingKey {
        case changed
        case dryRun = "dry_run"
    }
}

extension Console {
    /// A trigger that the server keeps and does not act upon is said to be one.
    func warn(of triggers: [TriggerSpec], _ service: any FunctionService) async throws {
        guard !triggers.isEmpty else { return }
        let supported = try await service.capabilities().supportedTriggerTypes
        for warning in triggers.flatMap({ $0.warnings(supportedTypes: supported) }) { self.warning(warning) }
    }
}
