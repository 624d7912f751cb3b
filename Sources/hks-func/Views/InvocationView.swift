import FuncKit

/// A recorded call, as `invocations` shows it.
struct InvocationDocument: ListItem {
    let invocation: Invocation

    static let headings = ["INVOCATION", "STATUS", "ANSWER", "DURATION", "STARTED", "TRIGGER", "ERROR"]

    var cells: [Cell] {
        [
            .text(invocation.id), invocation.status.cell,
            .text(invocation.result.map { String($0.statusCode) } ?? "-"),
            .text(invocation.milliseconds.map(NumberText.milliseconds) ?? "-"), .time(invocation.startedAt),
            .text(invocation.trigger ?? "-"),
            .text(invocation.error ?? ""),
        ]
    }

    var listName: String { invocation.id }

    func encode(to encoder: any Encoder) throws {
        try invocation.encode(to: encoder)
    }

    /// All that is known of the call but its body.
    func fields(_ style: TextStyle) -> String {
        var fields = FieldList(style: style)
        fields.add("Invocation", invocation.id)
        fields.add("Function", invocation.functionID)
        fields.add("Trigger", invocation.trigger)
        fields.add("Status", invocation.status.rawValue)
        fields.add("Started", invocation.startedAt.map(TimeText.iso))
        fields.add("Completed", invocation.completedAt.map(TimeText.iso))
        fields.add("Duration", invocation.milliseconds.map(NumberText.milliseconds))
        fields.add("Cold start", invocation.result?.coldStart == true ? "yes" : nil)
        fields.add("Answer", invocation.result.map { String($0.statusCode) })
        fields.add("Error", invocation.error)
        return fields.text
    }
}

extension Invocation {
    /// Time that the call took; nil while it runs or where the server does not say.
    fileprivate var milliseconds: Double? {
        if let result, result.durationMilliseconds > 0 { return result.durationMilliseconds }
        guard let startedAt, let completedAt, completedAt > startedAt else { return nil }
        return completedAt.timeIntervalSince(startedAt) * 1000
    }
}

extension InvocationStatus {
    /// The word with its tone.
    fileprivate var cell: Cell {
        switch self {
        case .completed: .good(rawValue)
        case .pending, .running: .caution(rawValue)
        case .failed, .timeout: .bad(rawValue)
        }
    }
}
