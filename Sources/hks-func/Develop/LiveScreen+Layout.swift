import Foundation
import FuncKit
import FuncPlatform

extension LiveScreen {
    /// Size of a terminal.
    struct Size: Hashable, Sendable {
        var columns: Int
        var rows: Int
    }

    /// The lines of the region, each shorter than the terminal is wide: as many as half of its rows, what matters most
    /// first.
    func lines(_ size: Size, now: Date, timeZone: TimeZone) -> [MarkedLine] {
        let most = max(2, size.rows / 2)
        var lines = [ruler(size.columns)]
        let room = max(0, most - 2)
        let shown = shownRows(room)
        lines += shown.map { line(of: $0, columns: size.columns, now: now) }
        if shown.count < rows.count, room > 0 { lines.append(hidden(rows.count - shown.count)) }
        let left = most - lines.count - 1
        if showsHelp {
            lines += Self.help.prefix(max(0, left)).map { key, meaning in
                var line = MarkedLine()
                line.add("  \(key)  ", .bold)
                line.add(meaning)
                return line
            }
        } else {
            lines += calls.suffix(max(0, left)).map { line(of: $0, timeZone: timeZone) }
        }
        lines.append(hints(size.columns))
        return lines
    }

    private func shownRows(_ room: Int) -> [Int] {
        guard rows.count > room else { return Array(rows.indices) }
        // The chosen one is always there.
        let first = min(max(0, (selection ?? 0) - max(0, room - 2)), max(0, rows.count - max(0, room - 1)))
        return Array(rows.indices.dropFirst(first).prefix(max(0, room - 1)))
    }

    private func hidden(_ count: Int) -> MarkedLine {
        var line = MarkedLine()
        line.add("  and \(count) more functions", .dim)
        return line
    }

    private func ruler(_ columns: Int) -> MarkedLine {
        var line = MarkedLine()
        let title = "── develop \(gateway.isEmpty ? "" : "· \(gateway) ")"
        line.add(title + String(repeating: "─", count: max(0, columns - 1 - DisplayText.width(title))), .dim)
        return line
    }

    private func line(of index: Int, columns: Int, now: Date) -> MarkedLine {
        let row = rows[index]
        let isChosen = selection == index
        var line = MarkedLine()
        line.add(isChosen ? "› " : "  ", .bold)
        if rows.count > 1 { line.add(index < 9 ? "\(index + 1) " : "  ", .dim) }
        let widest = min(rows.map { DisplayText.width($0.name) }.max() ?? 0, max(8, columns / 4))
        line.add(DisplayText.pad(DisplayText.fit(row.name, widest), widest), .accent(index))
        line.add("  ")
        line.add(DisplayText.pad(row.stateText(now: now), 14), row.stateMark)
        line.add("  ")
        line.add(row.rest, row.isInTrouble ? .bad : .plain)
        return line
    }

    private func line(of call: Call, timeZone: TimeZone) -> MarkedLine {
        var line = MarkedLine()
        line.add("  ")
        line.add(TimeText.clock(call.record.startedAt, in: timeZone) + " ", .dim)
        if rows.count > 1 {
            line.add(call.function + " ", .accent(rows.firstIndex { $0.name == call.function } ?? 0))
        }
        line.add(call.record)
        return line
    }

    /// What keys do, as much of it as there is room for; help and the way out always.
    private func hints(_ columns: Int) -> MarkedLine {
        var parts = [(String, String)]()
        if rows.count > 1 { parts.append(("tab", selection.map { rows[$0].name } ?? "all")) }
        parts += [("o", "open"), ("r", "rebuild"), ("e", "sample")]
        if rows.contains(where: { !$0.schedules.isEmpty }) { parts.append(("s", "schedule")) }
        parts += [("l", "level \(level.rawValue)"), ("c", "clear")]
        let always = [("?", "help"), ("q", isStopping ? "stopping" : "quit")]
        func line(_ parts: [(String, String)]) -> MarkedLine {
            var line = MarkedLine()
            line.add("  ")
            for (index, part) in parts.enumerated() {
                if index > 0 { line.add(" · ", .dim) }
                line.add(part.0 + " ", .bold)
                line.add(part.1)
            }
            return line
        }
        while !parts.isEmpty, line(parts + always).width >= columns { parts.removeLast() }
        return line(parts + always)
    }

    private static let help = [
        ("1-9", "choose a function; 0 for all, Tab for the next"),
        ("o", "open the function's address in the browser"),
        ("r", "rebuild, although nothing changed"),
        ("e", "send a sample of the project's events folder; E the next one"),
        ("s", "fire the first schedule now"),
        ("l", "show log lines of another level on"),
        ("c", "clear the screen"),
        ("q", "end; so does Ctrl-C"),
    ]
}

extension LiveScreen.Row {
    fileprivate func stateText(now: Date) -> String {
        let seconds = max(0, Int(now.timeIntervalSince(since)))
        let time = seconds > 0 ? " \(seconds) s" : ""
        switch state {
        case nil: return "loading"
        case .building: return "building" + time
        case .starting: return "starting" + time
        case .ready(let version): return "ready v\(version)"
        case .failed(_, let serving): return serving.map { "failed, v\($0) on" } ?? "failed"
        case .missing: return "missing"
        }
    }

    fileprivate var stateMark: MarkedLine.Mark {
        switch state {
        case .ready: .good
        case .failed, .missing: .bad
        case nil, .building, .starting: .caution
        }
    }

    fileprivate var isInTrouble: Bool {
        if case .failed = state { true } else { false }
    }

    /// What stands behind the state: progress of a build, an error, or the address.
    fileprivate var rest: String {
        switch state {
        case .building where !buildLine.isEmpty: buildLine
        case .failed(let error, _): error.description
        case .missing: folder
        default: url
        }
    }
}

extension MarkedLine {
    /// Adds what a request was and how it ended.
    mutating func add(_ request: RequestRecord) {
        add("\(request.method) \(request.path) ")
        add("\(request.status)", request.status >= 500 ? .bad : request.status >= 400 ? .caution : .good)
        add(" \(TimeText.duration(milliseconds: Int(request.durationMilliseconds.rounded()))) ")
        add(request.coldStart ? "cold" : "warm", request.coldStart ? .caution : .dim)
        add(" v\(request.versionNumber)", .dim)
        switch request.outcome {
        case .answered: break
        case .brokeOff: add(" (broke off)", .bad)
        case .clientLeft: add(" (client left)", .caution)
        }
    }
}
