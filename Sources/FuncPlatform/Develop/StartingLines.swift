import FuncKit

/// Keeps back the lines of versions that do not answer yet. Once one answers, its lines are told; where it fails instead, the
/// last of them are in the error, and told there alone.
struct StartingLines {
    private struct Function {
        /// The version that answered last.
        var serving = 0
        var phase = Phase.starting
        var held: [DevelopEvent] = []
        var starts = 0
    }

    private enum Phase {
        case starting
        /// It takes so long that its lines are told as they come.
        case startingSlowly
        case ready
        case failed
    }

    /// What becomes of an event.
    enum Passage {
        /// These are told, in this order.
        case now([DevelopEvent])
        /// It is kept back; with a ticket where it is the first of a start.
        case later(Ticket?)
    }

    /// Stands for one start of a function.
    struct Ticket: Hashable, Sendable {
        var function: String
        var number: Int
    }

    /// How many lines of a function are kept back; those before are let go.
    private static let most = 500

    private var functions: [String: Function] = [:]

    /// Takes the next event.
    mutating func pass(_ event: DevelopEvent) -> Passage {
        switch event {
        case .state(let name, let state): return .now(enter(state, name) + [event])
        case .log(let name, let entry): return take(entry, event, name)
        default: return .now([event])
        }
    }

    /// Lets go of the lines of a start that takes its time; none where it has ended.
    mutating func release(_ ticket: Ticket) -> [DevelopEvent] {
        let name = ticket.function
        guard let function = functions[name], function.phase == .starting, function.starts == ticket.number else {
            return []
        }
        functions[name]?.phase = .startingSlowly
        return takeHeld(name) { _ in true }
    }

    private mutating func enter(_ state: DevelopState, _ name: String) -> [DevelopEvent] {
        switch state {
        case .building:
            functions[name, default: Function()].phase = .starting
            functions[name]?.starts += 1
            functions[name]?.held = []
            return []
        case .starting: return []
        case .ready(let version):
            functions[name, default: Function()].phase = .ready
            functions[name]?.serving = version
            return takeHeld(name) { $0.version == version }
        case .failed, .missing:
            functions[name, default: Function()].phase = .failed
            functions[name]?.held = []
            return []
        }
    }

    private mutating func take(_ entry: LogEntry, _ event: DevelopEvent, _ name: String) -> Passage {
        guard let version = entry.version, let function = functions[name], version > function.serving else {
            return .now([event])
        }
        switch function.phase {
        case .starting:
            functions[name]?.held.append(event)
            if function.held.count == Self.most { functions[name]?.held.removeFirst() }
            return .later(function.held.isEmpty ? Ticket(function: name, number: function.starts) : nil)
        case .startingSlowly: return .now([event])
        // A version that failed, or that a newer change overtook.
        case .ready, .failed: return .now([])
        }
    }

    private mutating func takeHeld(_ name: String, where isWanted: (LogEntry) -> Bool) -> [DevelopEvent] {
        let held = functions[name]?.held ?? []
        functions[name]?.held = []
        return held.filter { event in
            if case .log(_, let entry) = event { isWanted(entry) } else { false }
        }
    }
}
