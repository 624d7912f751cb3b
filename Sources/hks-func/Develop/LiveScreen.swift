import Foundation
import FuncKit
import FuncPlatform

/// All that the live view shows below the lines that scroll, and how events and keys change it.
struct LiveScreen: Sendable {
    /// A function as it is shown.
    struct Row: Hashable, Sendable {
        var name: String
        var url = ""
        var folder = ""
        var schedules: [String] = []
        var state: DevelopState?
        /// When it came into the state.
        var since: Date
        /// Version that answers.
        var version: Int?
        /// What its build said last.
        var buildLine = ""
    }

    /// A request and whom it went to.
    struct Call: Hashable, Sendable {
        var function: String
        var record: RequestRecord
    }

    /// What a key asks for beyond the screen itself.
    enum Action: Hashable, Sendable {
        case command(DevelopCommand)
        case open(String)
        case clear
        case redraw
        case abort
        case say(String)
    }

    private(set) var rows: [Row] = []
    private(set) var calls: [Call] = []
    private(set) var gateway = ""
    private(set) var level = LogLevel.info
    private(set) var showsHelp = false
    private(set) var isStopping = false
    /// Row that keys are about; nil for all.
    private(set) var selection: Int?

    /// Whether something on the screen changes with time alone.
    var isMoving: Bool { rows.contains { $0.state == .building || $0.state == .starting } }

    /// Whether an event that has words is one that scrolls by; the others show below alone.
    func scrolls(_ event: DevelopEvent) -> Bool {
        switch event {
        case .log(_, let entry): entry.level >= level
        case .request: false
        case .state(_, .building), .state(_, .starting), .state(_, .ready): false
        default: true
        }
    }

    /// Takes what happened.
    mutating func take(_ event: DevelopEvent, now: Date) {
        switch event {
        case .started(let gateway): self.gateway = gateway.url
        case .project(let project):
            // A function that got another name is still the one of its folder.
            if let index = rows.firstIndex(where: { $0.folder == project.folder }) {
                rows[index].name = project.function
            }
            change(project.function, now) { row in
                row.folder = project.folder
                row.url = project.url
                row.schedules = project.schedules
            }
        case .state(let function, let state): change(function, now) { $0.enter(state, now: now) }
        case .reloaded(let function, let reload):
            change(function, now) { $0.enter(.ready(version: reload.version), now: now) }
        case .build(let function, let entry): change(function, now) { $0.buildLine = entry.message }
        case .request(let function, let record):
            calls.append(Call(function: function, record: record))
            if calls.count > Self.mostCalls { calls.removeFirst() }
        case .stopping: isStopping = true
        case .changed, .log, .fired, .sent, .notice, .warning, .problem: break
        }
    }

    /// Takes a key.
    mutating func press(_ key: LiveKey) -> Action? {
        switch key {
        case .tab: selectNext()
        case .redraw: return .redraw
        case .abort: return .abort
        case .character(let character): return press(character)
        }
        return nil
    }

    private mutating func press(_ character: Character) -> Action? {
        switch character {
        case "?": showsHelp.toggle()
        case "l": cycleLevel()
        case "q": return .command(.quit)
        case "c":
            calls = []
            return .clear
        case "r": return .command(.rebuild(function: selection.map { rows[$0].name }))
        case "o": return withOne { .open($0.url) }
        case "e", "E": return withOne { .command(.sendSample(function: $0.name, next: character == "E")) }
        case "s":
            return withOne { row in
                row.schedules.isEmpty
                    ? .say("\(row.name) has no schedule to fire")
                    : .command(.fireSchedule(function: row.name))
            }
        case "0": selection = nil
        default:
            guard let number = character.wholeNumberValue, number <= rows.count, rows.count > 1 else { return nil }
            selection = number - 1
        }
        return nil
    }

    /// Does something with the one function that keys are about.
    private func withOne(_ body: (Row) -> Action) -> Action? {
        guard !rows.isEmpty else { return nil }
        if let row = selection.map({ rows[$0] }) ?? (rows.count == 1 ? rows[0] : nil) { return body(row) }
        return .say("choose a function first: a digit from 1 to \(min(9, rows.count)), or Tab")
    }

    private mutating func selectNext() {
        guard rows.count > 1 else { return }
        guard let current = selection else { return selection = 0 }
        selection = current + 1 < rows.count ? current + 1 : nil
    }

    private mutating func cycleLevel() {
        let levels: [LogLevel] = [.info, .warn, .error, .trace, .debug]
        let index = levels.firstIndex(of: level) ?? 0
        level = levels[(index + 1) % levels.count]
    }

    private mutating func change(_ function: String, _ now: Date, _ body: (inout Row) -> Void) {
        let index = rows.firstIndex { $0.name == function } ?? rows.count
        if index == rows.count { rows.append(Row(name: function, since: now)) }
        body(&rows[index])
    }

    private static let mostCalls = 5
}

extension LiveScreen.Row {
    fileprivate mutating func enter(_ next: DevelopState, now: Date) {
        if state != next { since = now }
        state = next
        switch next {
        case .building: buildLine = ""
        case .ready(let version): self.version = version
        case .failed(_, let serving): version = serving
        case .starting, .missing: break
        }
    }
}
