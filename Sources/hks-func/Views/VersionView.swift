import FuncKit

extension FunctionVersion: ListItem {
    static var headings: [String] { ["VERSION", "STATUS", "TRAFFIC", "TAG", "DIGEST", "CREATED", "MESSAGE"] }

    var cells: [Cell] {
        [
            .text("v\(number)\(isActive ? " *" : "")"), status.cell,
            .text(trafficPercent.map { "\($0)%" } ?? "-"), .text(tag ?? "-"),
            .text(sourceDigest.map { String($0.prefix(12)) } ?? "-"), .time(createdAt), .text(message ?? ""),
        ]
    }

    var listName: String { "v\(number)" }

    /// One line for people.
    var summary: String {
        let parts = ["v\(number)", status.rawValue, trafficPercent.map { "\($0)%" }, tag, message]
        return parts.compactMap(\.self).joined(separator: "  ")
    }
}

extension VersionStatus {
    /// The word with its tone.
    var cell: Cell {
        switch self {
        case .ready: .good(rawValue)
        case .pending, .building, .starting: .caution(rawValue)
        case .failed: .bad(rawValue)
        }
    }
}

/// A version as programs read it in `versions list` and `versions describe`.
struct VersionDocument: Encodable, Sendable {
    let version: FunctionVersion

    func encode(to encoder: any Encoder) throws {
        try version.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(version.sourceDigest, forKey: .digest)
    }

    private enum CodingKeys: CodingKey {
        case digest
    }
}

extension VersionDocument: ListItem {
    static var headings: [String] { FunctionVersion.headings }
    var cells: [Cell] { version.cells }
    var listName: String { version.listName }
}

extension VersionDocument: CommandResult {
    var names: [String] { [version.listName] }

    func text(_ style: TextStyle) -> String {
        var fields = FieldList(style: style)
        fields.add("Version", "v\(version.number)\(version.isActive ? " (active)" : "")")
        fields.add("Id", version.id)
        fields.add("Function", version.functionName)
        fields.add("Status", version.status.rawValue)
        fields.add("Build", version.buildStatus.rawValue)
        fields.add("Error", version.failure.map { "\($0.message) (\($0.code.rawValue))" })
        fields.add("Last lines", version.failure?.lastLines ?? [])
        fields.add("Traffic", version.trafficPercent.map { "\($0)%" })
        fields.add("Tag", version.tag)
        fields.add("Message", version.message)
        fields.add("Digest", version.sourceDigest)
        fields.add("Runtime", version.settings?.runtime)
        fields.add("Handler", version.settings?.handler)
        fields.add(
            "Environment",
            (version.settings?.environment ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        )
        fields.add("Secrets", (version.settings?.secrets ?? []).map(\.summary))
        fields.add("Build time", version.phases?.buildMilliseconds.map(TimeText.duration))
        fields.add("Ready time", version.phases?.readyMilliseconds.map(TimeText.duration))
        fields.add("Created", version.createdAt.map(TimeText.iso))
        fields.add("Created by", version.createdBy)
        return fields.text
    }
}
