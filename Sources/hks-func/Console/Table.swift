import Foundation

/// One value of a table.
enum Cell: Sendable {
    case text(String)
    case number(Int)
    case time(Date?)
    case good(String)
    case caution(String)
    case bad(String)

    fileprivate func plain(relativeTo now: Date?) -> String {
        switch self {
        case .text(let text), .good(let text), .caution(let text), .bad(let text):
            return text.withoutControls
        case .number(let number):
            return String(number)
        case .time(let date):
            guard let date else { return "-" }
            guard let now else { return TimeText.iso(date) }
            return TimeText.ago(date, now: now)
        }
    }

    fileprivate func styled(_ text: String, _ style: TextStyle) -> String {
        switch self {
        case .good: style.good(text)
        case .caution: style.caution(text)
        case .bad: style.bad(text)
        case .time: style.dim(text)
        case .text, .number: text
        }
    }

    fileprivate var isNumber: Bool {
        if case .number = self { true } else { false }
    }
}

/// Rows under headings: aligned and cut to the width on a terminal, tab-separated without headings elsewhere.
struct Table: Sendable {
    var headings: [String]
    var rows: [[Cell]]
    /// What people read in place of an empty table.
    var whenEmpty: String

    /// The text for a stream that is no terminal.
    func tabSeparated() -> String {
        rows.map { row in
            row.map { $0.plain(relativeTo: nil).replacingOccurrences(of: "\t", with: " ") }.joined(separator: "\t")
                + "\n"
        }
        .joined()
    }

    /// The text for a terminal of `width` columns.
    func aligned(width: Int, style: TextStyle, now: Date) -> String {
        guard !rows.isEmpty else { return style.dim(whenEmpty) + "\n" }
        let texts = rows.map { $0.map { $0.plain(relativeTo: now) } }
        var widths = headings.indices.map { column in
            max(headings[column].count, texts.map { $0[column].count }.max() ?? 0)
        }
        shrink(&widths, to: width)
        let numeric = headings.indices.map { column in rows.allSatisfy { $0[column].isNumber } }
        func line(_ texts: [String], _ mark: (Int, String) -> String) -> String {
            let parts = texts.indices.map { column -> String in
                let cut = fit(texts[column], widths[column])
                let gap = String(repeating: " ", count: widths[column] - cut.count)
                if numeric[column] { return gap + mark(column, cut) }
                return column == texts.count - 1 ? mark(column, cut) : mark(column, cut) + gap
            }
            return parts.joined(separator: "  ") + "\n"
        }
        return line(headings) { _, text in style.bold(text) }
            + zip(rows, texts).map { row, texts in line(texts) { row[$0].styled($1, style) } }.joined()
    }

    private func shrink(_ widths: inout [Int], to width: Int) {
        let gaps = 2 * (widths.count - 1)
        while widths.reduce(gaps, +) > width, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }),
            widths[widest] > 8
        {
            widths[widest] -= 1
        }
    }

    private func fit(_ text: String, _ width: Int) -> String {
        text.count <= width ? text : String(text.prefix(max(0, width - 1))) + "…"
    }
}
