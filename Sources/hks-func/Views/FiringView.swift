import FuncKit

/// What came of a trigger that was fired.
struct FiringOutcome: CommandResult {
    let firing: TriggerFiring

    var names: [String] { [firing.invocationID] }

    func encode(to encoder: any Encoder) throws {
        try firing.encode(to: encoder)
    }

    func text(_ style: TextStyle) -> String {
        let mark = firing.isSuccess ? style.good("✓") : style.bad("✗")
        var words = [
            "\(mark) \(firing.trigger)", firing.response.map { String($0.statusCode) } ?? firing.status.rawValue,
        ]
        if let response = firing.response {
            words.append(NumberText.milliseconds(response.durationMilliseconds))
            if response.coldStart { words.append("cold start") }
        }
        words.append(firing.invocationID)
        var text = words.joined(separator: "  ").withoutControls + "\n"
        if let body = firing.response?.body, !body.isEmpty, let answer = String(validating: body, as: UTF8.self) {
            text += answer.hasSuffix("\n") ? answer : answer + "\n"
        }
        return text
    }

    /// Why the function did not do what it was called for; nil where it did.
    func failure(of function: String) -> FuncError? {
        guard !firing.isSuccess else { return nil }
        let reason = firing.error ?? firing.response.map { "the function answered with status \($0.statusCode)" }
        return FuncError(
            firing.status == .timeout ? .timedOut : .functionFailed,
            "trigger '\(firing.trigger)' of '\(function)' failed: \(reason ?? firing.status.rawValue)",
            hint: "run 'hks-func logs \(function) --request \(firing.invocationID)'"
        )
    }
}
