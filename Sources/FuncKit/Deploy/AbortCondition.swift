/// What ends a rollout: a number of the new version that rises above a bound, such as `errors>2%` or `p95>300ms`.
public struct AbortCondition: Hashable, Sendable, CustomStringConvertible {
    /// What is looked at.
    public enum Measure: String, Hashable, Sendable, CaseIterable {
        /// Failed requests: a count, or a share with `%`.
        case errors
        /// Median time of a request.
        case p50
        /// Time that 95 of 100 requests stay below.
        case p95
        /// Time that 99 of 100 requests stay below.
        case p99
        /// Mean time of a request.
        case avg
        /// Longest time of a request.
        case max
    }

    /// What the bound is counted in.
    public enum Unit: Hashable, Sendable {
        case percent, count, milliseconds
    }

    /// What is looked at.
    public var measure: Measure
    /// The value that must not be exceeded.
    public var bound: Double
    /// What `bound` is counted in.
    public var unit: Unit
    /// As it was written.
    public var description: String

    /// Reads conditions that are joined by commas. Any of them ends a rollout.
    /// - Throws: `invalid_argument` naming the one that cannot be read.
    public static func parse(list text: String) throws -> [AbortCondition] {
        try text.split(separator: ",", omittingEmptySubsequences: false).map { try parse(String($0)) }
    }

    private static func parse(_ text: String) throws -> AbortCondition {
        let written = text.filter { $0 != " " }
        let parts = written.split(separator: ">", omittingEmptySubsequences: false)
        guard parts.count == 2, let measure = Measure(rawValue: parts[0].lowercased()) else { throw refusal(text) }
        let value = String(parts[1])
        var condition = AbortCondition(measure: measure, bound: 0, unit: .count, description: written)
        if measure != .errors {
            guard let time = DurationText.milliseconds(value) else { throw refusal(text) }
            (condition.bound, condition.unit) = (Double(time), .milliseconds)
        } else if value.hasSuffix("%") {
            guard let share = number(value.dropLast()), share <= 100 else { throw refusal(text) }
            (condition.bound, condition.unit) = (share, .percent)
        } else {
            guard let count = number(Substring(value)) else { throw refusal(text) }
            condition.bound = count
        }
        return condition
    }

    /// Plain digits with at most one point; `Double` alone would take `nan` and `0x1p3` as well.
    private static func number(_ text: Substring) -> Double? {
        guard !text.isEmpty, text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }) else { return nil }
        return Double(text)
    }

    private static func refusal(_ text: String) -> FuncError {
        let measures = Measure.allCases.map(\.rawValue).joined(separator: ", ")
        return FuncError(
            .invalidArgument,
            "'\(text)' is not a condition",
            hint: "write one such as 'errors>2%', 'errors>10' or 'p95>300ms'; known are \(measures)"
        )
    }

    /// Why `metrics` end the rollout; nil if they do not. Without requests there is nothing to judge; with requests and
    /// without the statistic the rollout ends too.
    func violation(by metrics: Metrics) -> String? {
        guard metrics.invocations > 0 else { return nil }
        // Traffic on a version that nobody can judge is no better than on a bad one.
        guard let value = value(in: metrics) else {
            return "this server's metrics leave out \(measure.rawValue), so '\(description)' cannot be judged"
        }
        guard value > bound else { return nil }
        let seen =
            switch unit {
            case .percent: "\(Self.short(value)) %"
            case .count: Self.short(value)
            case .milliseconds: "\(Self.short(value)) ms"
            }
        return "\(measure.rawValue) is \(seen) in \(metrics.invocations) requests (\(description))"
    }

    private func value(in metrics: Metrics) -> Double? {
        switch measure {
        case .errors:
            unit == .percent
                ? 100 * Double(metrics.errors) / Double(metrics.invocations)
                : Double(metrics.errors)
        case .p50: metrics.duration.p50
        case .p95: metrics.duration.p95
        case .p99: metrics.duration.p99
        case .avg: metrics.duration.avg
        case .max: metrics.duration.max
        }
    }

    private static func short(_ value: Double) -> String {
        let tenths = (value * 10).rounded() / 10
        return tenths == tenths.rounded() ? String(Int(tenths)) : String(tenths)
    }
}
