import Foundation
import FuncKit
import FuncPlatform

/// A line that says what happened, and how much it matters.
struct NarrationLine: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// What functions wrote, and what they were asked.
        case result
        /// Good to know.
        case note
        /// May not be as wanted.
        case warning
        /// Something failed.
        case problem
    }

    var kind: Kind
    var text: String
}

/// Puts events into words: the same ones on a terminal and elsewhere.
struct DevelopNarration: Sendable {
    /// For what functions wrote.
    let resultStyle: TextStyle
    /// For everything else.
    let noteStyle: TextStyle
    /// Stands as `~` in paths.
    let homeFolder: String
    /// Whether builds are shown line by line.
    let isVerbose: Bool
    /// Zone of the clock in front of lines; nil for whole times in UTC.
    var timeZone: TimeZone?
    private var palette = FunctionPalette()
    private var projects: [String: DevelopProject] = [:]

    init(
        resultStyle: TextStyle,
        noteStyle: TextStyle,
        homeFolder: String,
        isVerbose: Bool,
        timeZone: TimeZone? = nil
    ) {
        self.resultStyle = resultStyle
        self.noteStyle = noteStyle
        self.homeFolder = homeFolder
        self.isVerbose = isVerbose
        self.timeZone = timeZone
    }

    /// What is said about an event, often nothing.
    mutating func lines(_ event: DevelopEvent) -> [NarrationLine] {
        switch event {
        case .started(let gateway): return started(gateway)
        case .project(let project): return about(project)
        case .state(let function, let state): return entered(state, function)
        case .changed(let function, let files):
            return [note(function, "changed: \(Self.listed(files))")]
        case .reloaded(let function, let reload):
            let time = TimeText.duration(milliseconds: reload.milliseconds)
            return [note(function, "\(noteStyle.good("reloaded")): v\(reload.version) answers after \(time)")]
        case .build(let function, let entry):
            guard isVerbose || entry.level >= .warn else { return [] }
            return logged(entry, function, style: noteStyle).map { NarrationLine(kind: .note, text: $0) }
        case .log(let function, let entry):
            return logged(entry, function, style: resultStyle).map { NarrationLine(kind: .result, text: $0) }
        case .request(let function, let request):
            let prefix = palette.prefix(function, resultStyle)
            return [NarrationLine(kind: .result, text: prefix + requested(request))]
        case .fired(let function, let trigger, let status):
            return [note(function, "fired '\(trigger.withoutControls)': \(answered(status))")]
        case .sent(let function, let sample, let status):
            return [note(function, "\(Self.sent(sample)): \(answered(status))")]
        case .notice(let function, let text): return [note(function, text.withoutControls)]
        case .warning(let function, let text):
            let mark = noteStyle.caution("Warning:")
            return [
                NarrationLine(
                    kind: .warning,
                    text: "\(prefix(function))\(mark) \(text.withoutControls)"
                )
            ]
        case .problem(let function, let error): return [problem(error, function)]
        case .stopping: return [note(nil, "stopping: requests under way are finished")]
        }
    }

    private func answered(_ status: Int) -> String {
        "answered " + ((200...299).contains(status) ? noteStyle.good("\(status)") : noteStyle.bad("\(status)"))
    }

    private static func sent(_ sample: DevelopSample) -> String {
        guard let file = sample.file?.withoutControls else {
            return "sent a plain call, as there is no sample in '\(SampleFolder.name)'"
        }
        return "sent '\(file)'" + (sample.count > 1 ? " (\(sample.position) of \(sample.count), E for the next)" : "")
    }

    /// A request in a line: time, method, path, status, duration, cold or warm, version.
    private func requested(_ request: RequestRecord) -> String {
        var line = MarkedLine()
        line.add(time(request.startedAt) + " ", .dim)
        line.add(request)
        return line.text(resultStyle)
    }

    private mutating func started(_ gateway: DevelopGateway) -> [NarrationLine] {
        var lines = [note(nil, "Serving on \(noteStyle.bold(gateway.url))")]
        if let port = gateway.portInUse {
            let text = "port \(port) is in use; port \(gateway.port) was taken in its place"
            lines.insert(
                NarrationLine(kind: .warning, text: "\(noteStyle.caution("Warning:")) \(text)"),
                at: 0
            )
        }
        return lines
    }

    private mutating func about(_ project: DevelopProject) -> [NarrationLine] {
        let before = projects.updateValue(project, forKey: project.function)
        guard before != project else { return [] }
        return ProjectFacts(project, homeFolder: homeFolder).lines(noteStyle).map { note(project.function, $0) }
    }

    private mutating func entered(_ state: DevelopState, _ function: String) -> [NarrationLine] {
        switch state {
        case .building: return [note(function, "building")]
        case .starting: return [note(function, "starting")]
        case .ready(let version):
            let place = projects[function].map { " at \($0.url)" } ?? ""
            return [note(function, "\(noteStyle.good("ready")): v\(version)\(place)")]
        case .failed(_, let serving):
            let rest = serving.map { "; v\($0) still answers" } ?? ""
            return [NarrationLine(kind: .warning, text: "\(prefix(function))\(noteStyle.bad("failed"))\(rest)")]
        case .missing:
            let text = "its folder is gone; looking for it to come back"
            return [NarrationLine(kind: .warning, text: "\(prefix(function))\(noteStyle.bad("missing")): \(text)")]
        }
    }

    private mutating func problem(_ error: FuncError, _ function: String?) -> NarrationLine {
        let prefix = prefix(function)
        let text = ErrorReport(error: error).text(noteStyle, isVerbose: isVerbose)
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map { prefix + $0 }
            .joined(separator: "\n")
        return NarrationLine(kind: .problem, text: text)
    }

    /// A log entry; each line of a stack trace has the function's name in front.
    private mutating func logged(_ entry: LogEntry, _ function: String, style: TextStyle) -> [String] {
        let prefix = palette.prefix(function, style)
        let moment = timeZone.flatMap { zone in entry.timestamp.map { TimeText.clock($0, in: zone) } }
        return entry.line(style, time: moment).dropLast()
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map { prefix + $0 }
    }

    private mutating func note(_ function: String?, _ text: String) -> NarrationLine {
        NarrationLine(kind: .note, text: prefix(function) + text)
    }

    private mutating func prefix(_ function: String?) -> String {
        function.map { palette.prefix($0, noteStyle) } ?? ""
    }

    private func time(_ date: Date) -> String {
        timeZone.map { TimeText.clock(date, in: $0) } ?? TimeText.iso(date)
    }

    /// A few names, and how many more there are.
    static func listed(_ names: [String], limit: Int = 5) -> String {
        let shown = names.prefix(limit).map(\.withoutControls).joined(separator: ", ")
        return names.count > limit ? "\(shown) and \(names.count - limit) more" : shown
    }
}

/// Gives each function a colour of its own as long as there are some, and columns that line up.
struct FunctionPalette: Sendable {
    private var order: [String: Int] = [:]
    private var width = 0

    /// The name and what parts it from the line.
    mutating func prefix(_ function: String, _ style: TextStyle) -> String {
        let name = function.withoutControls
        if order[function] == nil {
            order[function] = order.count
            // Names that are longer than this push their own lines only.
            width = max(width, min(DisplayText.width(name), 20))
        }
        let gap = String(repeating: " ", count: max(0, width - DisplayText.width(name)))
        return "\(style.accent(name, order[function] ?? 0))\(gap) \(style.dim("│")) "
    }
}
