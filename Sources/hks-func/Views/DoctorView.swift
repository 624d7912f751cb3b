import FuncKit

extension DoctorFinding: ListItem {
    static var headings: [String] { ["STATUS", "GROUP", "ID", "MESSAGE", "FIX"] }

    var cells: [Cell] {
        [
            status.cell(fixed ? "fixed" : status.rawValue), .text(group.rawValue), .text(id), .text(message),
            .text(fix ?? "-"),
        ]
    }

    var listName: String { id }
}

extension DoctorFinding.Status {
    /// The word with its tone.
    func cell(_ word: String) -> Cell {
        switch self {
        case .ok: .good(word)
        case .note: .text(word)
        case .warning: .caution(word)
        case .error: .bad(word)
        }
    }

    fileprivate func styled(_ word: String, _ style: TextStyle) -> String {
        switch self {
        case .ok: style.good(word)
        case .note: word
        case .warning: style.caution(word)
        case .error: style.bad(word)
        }
    }
}

/// What `doctor` shows on a terminal: findings by topic, status first, long texts wrapped below each other.
struct DoctorView {
    let findings: [DoctorFinding]

    private static let statusWidth = 7

    /// The text with line ends.
    func text(_ style: TextStyle, width: Int) -> String {
        let titles = min(24, findings.map(\.title.count).max() ?? 0)
        let groups = DoctorFinding.Group.allCases.map { group in (group, findings.filter { $0.group == group }) }
        let sections = groups.filter { !$0.1.isEmpty }.map { group, findings in
            style.bold(group.rawValue.capitalized) + "\n"
                + findings.map { lines(of: $0, style, titles: titles, width: width) }.joined()
        }
        return sections.joined(separator: "\n") + "\n" + summary(style) + "\n"
    }

    private func lines(of finding: DoctorFinding, _ style: TextStyle, titles: Int, width: Int) -> String {
        let word = finding.fixed ? "fixed" : finding.status.rawValue
        let title = finding.title.withoutControls
        let status = finding.status.styled(word, style) + Self.gap(word, Self.statusWidth)
        let indent = 2 + Self.statusWidth + 2 + titles + 2
        let room = max(30, width - indent)
        let lead = String(repeating: " ", count: indent)
        let message = Self.wrap(finding.message.withoutControls, room).joined(separator: "\n" + lead)
        let head = "  \(status)  \(title)\(Self.gap(title, titles))  \(message)\n"
        guard let fix = finding.fix?.withoutControls else { return head }
        // Commands are not wrapped, so that they can be copied.
        return head + lead + style.dim("→ ") + fix + "\n"
    }

    private func summary(_ style: TextStyle) -> String {
        let counts = [DoctorFinding.Status.error, .warning, .note].map { status in
            (status, findings.filter { $0.status == status }.count)
        }
        let texts = counts.filter { $0.1 > 0 }.map { status, count in
            status.styled("\(count) \(status.rawValue)\(count == 1 ? "" : "s")", style)
        }
        let fixed = findings.filter(\.fixed).count
        let repairs = fixed > 0 ? ["\(fixed) fixed"] : []
        return texts.isEmpty && fixed == 0 ? style.good("all is well") : (texts + repairs).joined(separator: ", ")
    }

    private static func gap(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count))
    }

    /// Breaks at blanks; a longer word stays whole.
    private static func wrap(_ text: String, _ width: Int) -> [String] {
        var lines = [""]
        for word in text.split(separator: " ") {
            let line = lines[lines.count - 1]
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(String(word))
            } else {
                lines[lines.count - 1] = line.isEmpty ? String(word) : line + " " + word
            }
        }
        return lines
    }
}
