import Foundation
import FuncKit

/// A function's numbers, as `metrics` shows them.
struct MetricsDocument: CommandResult {
    /// How they are shown to people.
    enum Layout: Sendable {
        /// Names and values, separated by tabs.
        case plain
        case terminal(width: Int, sparkline: Sparkline)
    }

    let name: String
    let version: String?
    let report: MetricsReport
    let layout: Layout

    var names: [String] { [name] }

    func text(_ style: TextStyle) -> String {
        switch layout {
        case .plain: plainText
        case .terminal(let width, let sparkline): terminalText(style, width, sparkline)
        }
    }

    // MARK: For programs

    func encode(to encoder: any Encoder) throws {
        try MetricsFields(report.total).encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encodeIfPresent(version, forKey: .version)
        try container.encodeIfPresent(report.start, forKey: .start)
        try container.encodeIfPresent(report.end, forKey: .end)
        try container.encodeIfPresent(report.resolutionSeconds.map { $0 * 1000 }, forKey: .resolution)
        try container.encode(report.intervals.map(IntervalDocument.init), forKey: .intervals)
    }

    private enum CodingKeys: String, CodingKey {
        case name, version, start, end, intervals
        case resolution = "resolution_ms"
    }

    private struct IntervalDocument: Encodable {
        let interval: MetricsReport.Interval

        func encode(to encoder: any Encoder) throws {
            try MetricsFields(interval.metrics).encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(interval.start, forKey: .start)
        }
    }

    private var plainText: String {
        let total = report.total
        var lines: [(String, String)] = [("name", name)]
        if let version { lines.append(("version", version)) }
        if let start = report.start { lines.append(("start", TimeText.iso(start))) }
        if let end = report.end { lines.append(("end", TimeText.iso(end))) }
        lines += [
            ("invocations", "\(total.invocations)"), ("errors", "\(total.errors)"),
            ("client_disconnects", "\(total.clientDisconnects)"), ("cold_starts", "\(total.coldStarts)"),
        ]
        for (name, stats, digits) in [
            ("duration_ms", total.duration, 3), ("concurrency", total.concurrency, 3),
            ("memory_bytes", total.memory, 0), ("cpu_cores", total.cpu, 3),
        ] {
            // What the server left out is left out.
            for case (let key, let value?) in stats.named {
                lines.append(("\(name)_\(key)", NumberText.fixed(value, digits: digits)))
            }
        }
        return lines.map { "\($0.0)\t\($0.1)\n" }.joined()
    }

    // MARK: For a terminal

    private func terminalText(_ style: TextStyle, _ width: Int, _ sparkline: Sparkline) -> String {
        let subject = name + (version.map { " \($0)" } ?? "")
        let range = [report.start, report.end].compactMap { $0.map(TimeText.iso) }.joined(separator: " to ")
        var text = style.bold(subject) + (range.isEmpty ? "" : "  " + style.dim(range)) + "\n\n"
        text += series(style, width, sparkline)
        text += "\n" + distributions(style, width)
        return text
    }

    private func series(_ style: TextStyle, _ width: Int, _ sparkline: Sparkline) -> String {
        let (total, intervals) = (report.total, report.intervals.map(\.metrics))
        let share = total.invocations > 0 ? Double(total.errors) / Double(total.invocations) * 100 : 0
        let errors = total.errors == 0 ? "0" : "\(total.errors) (\(NumberText.fixed(share, digits: 1)) %)"
        let rows: [(name: String, value: String, values: [Double?], joining: Sparkline.Joining)] = [
            ("Requests", "\(total.invocations)", intervals.map { Double($0.invocations) }, .sum),
            ("Errors", errors, intervals.map { Double($0.errors) }, .sum),
            (
                "p95", total.duration.p95.map(NumberText.milliseconds) ?? "-",
                intervals.map { $0.invocations > 0 ? $0.duration.p95 : nil }, .largest
            ),
            ("Cold starts", "\(total.coldStarts)", [], .sum),
            ("Left by client", "\(total.clientDisconnects)", [], .sum),
        ]
        let nameWidth = rows.map(\.name.count).max() ?? 0
        let valueWidth = rows.map(\.value.count).max() ?? 0
        let room = max(8, width - nameWidth - valueWidth - 5)
        return rows.map { row in
            let name = row.name + String(repeating: " ", count: nameWidth - row.name.count)
            let value = String(repeating: " ", count: valueWidth - row.value.count) + row.value
            let line = sparkline.line(row.values, width: room, joining: row.joining)
            let isBad = row.name == "Errors" && total.errors > 0
            return "\(style.bold(name))  \(isBad ? style.bad(value) : value)" + (line.isEmpty ? "" : "  " + line) + "\n"
        }
        .joined()
    }

    private func distributions(_ style: TextStyle, _ width: Int) -> String {
        let total = report.total
        let rows: [(String, MetricStats, (Double) -> String)] = [
            ("Duration", total.duration, NumberText.milliseconds),
            ("Concurrency", total.concurrency, { NumberText.fixed($0, digits: 2) }),
            ("Memory", total.memory, { TimeText.bytes(Int($0)) }),
            ("CPU cores", total.cpu, { NumberText.fixed($0, digits: 2) }),
        ]
        let table = Table(
            headings: [""] + total.duration.named.map { $0.0.uppercased() },
            rows: rows.map { name, stats, show in [.text(name)] + stats.named.map { .text($0.1.map(show) ?? "-") } },
            whenEmpty: ""
        )
        return table.aligned(width: width, style: style, now: Date(timeIntervalSince1970: 0))
    }
}

/// The numbers with their units in their names.
private struct MetricsFields: Encodable {
    let metrics: Metrics

    init(_ metrics: Metrics) {
        self.metrics = metrics
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(metrics.invocations, forKey: .invocations)
        try container.encode(metrics.errors, forKey: .errors)
        try container.encode(metrics.clientDisconnects, forKey: .clientDisconnects)
        try container.encode(metrics.coldStarts, forKey: .coldStarts)
        try container.encode(metrics.duration, forKey: .duration)
        try container.encode(metrics.concurrency, forKey: .concurrency)
        try container.encode(metrics.memory, forKey: .memory)
        try container.encode(metrics.cpu, forKey: .cpu)
    }

    private enum CodingKeys: String, CodingKey {
        case invocations, errors, concurrency
        case clientDisconnects = "client_disconnects"
        case coldStarts = "cold_starts"
        case duration = "duration_ms"
        case memory = "memory_bytes"
        case cpu = "cpu_cores"
    }
}

extension MetricStats {
    /// The numbers by name, in the order in which they are shown.
    fileprivate var named: [(String, Double?)] {
        [("min", min), ("avg", avg), ("p50", p50), ("p95", p95), ("p99", p99), ("max", max)]
    }
}

/// Numbers as people read them.
enum NumberText {
    /// A fixed number of digits after the point.
    static func fixed(_ value: Double, digits: Int) -> String {
        String(format: "%.\(digits)f", value)
    }

    /// Milliseconds with some three significant digits: `0.42 ms`, `12.3 ms`, `840 ms`, `2.4 s`.
    static func milliseconds(_ value: Double) -> String {
        switch value {
        case 0: "0 ms"
        case ..<10: "\(fixed(value, digits: 2)) ms"
        case ..<100: "\(fixed(value, digits: 1)) ms"
        default: TimeText.duration(milliseconds: Int(value.rounded()))
        }
    }
}
