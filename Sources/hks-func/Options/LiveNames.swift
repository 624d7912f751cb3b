import ArgumentParser
import Foundation
import FuncKit
import Synchronization

/// Completes names that a server knows, by running the command that lists them: on the server, in the project and for the
/// function that the unfinished line names.
enum LiveNames: Sendable {
    case functions, versions, triggers, secrets, invocations, contexts

    /// Runs the listing; set while a command line is parsed.
    @TaskLocal static var runner: CommandRunner?

    /// Longest wait of somebody who pressed Tab.
    private static let patience = 2

    /// For the declaration of an argument or an option.
    var completion: CompletionKind {
        .custom { words, index, _ in await names(completing: words, at: index) }
    }

    /// The names; none where they cannot be had in time, or at all.
    private func names(completing words: [String], at index: Int) async -> [String] {
        guard var runner = Self.runner else { return [] }
        let output = CollectedLines()
        runner.streams.output = output
        runner.streams.error = DiscardedText()
        runner.terminal = TerminalInfo()
        let line = CompletedLine(words: words, index: index)
        let arguments = listing(line) + line.target(hasProject: self != .contexts) + ["-o", "name", "--no-input"]
        let status = try? await withDeadline(seconds: Self.patience, doing: "list names") { [runner] in
            await runner.run(arguments)
        }
        return status == ExitStatus.success.rawValue ? output.lines : []
    }

    private func listing(_ line: CompletedLine) -> [String] {
        switch self {
        case .functions: ["list"]
        case .versions: ["versions", "list"] + line.function
        case .triggers: ["triggers", "list"] + line.function
        case .invocations: ["invocations", "list"] + line.function
        case .secrets: ["secrets", "list"]
        case .contexts: ["context", "list"]
        }
    }
}

/// What an unfinished command line says already.
private struct CompletedLine {
    /// Commands whose first argument is a function.
    private static let aboutFunction: Set<String> = ["logs", "invoke", "metrics"]

    let words: [String]
    let index: Int

    /// Flags that name server and project; the listing of contexts has none of them.
    func target(hasProject: Bool) -> [String] {
        guard hasProject else { return [] }
        let context = value(of: ["-c", "--context"]).map { ["-c", $0] } ?? []
        return context + (value(of: ["-n", "--project", "--namespace"]).map { ["-n", $0] } ?? [])
    }

    /// The function as an argument of a listing; nothing for that of the project in the current folder.
    var function: [String] {
        if let name = value(of: ["--name"]) { return [name] }
        guard words.count > 2, Self.aboutFunction.contains(words[1]), index != 2, !words[2].hasPrefix("-") else {
            return []
        }
        return [words[2]]
    }

    private func value(of names: Set<String>) -> String? {
        for (position, word) in words.enumerated() where position != index {
            if names.contains(word), position + 1 < words.count, position + 1 != index {
                return plain(words[position + 1])
            }
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            if parts.count == 2, names.contains(parts[0]) { return plain(parts[1]) }
        }
        return nil
    }

    /// The shells hand over words as they were typed; nil for an empty one and for one that looks like a flag.
    private func plain(_ word: String) -> String? {
        let word = word.trimmingCharacters(in: ["'", "\""])
        return word.isEmpty || word.hasPrefix("-") ? nil : word
    }
}

/// Keeps what a command writes.
private final class CollectedLines: ConsoleStream {
    private let bytes = Mutex<[UInt8]>([])

    var lines: [String] {
        bytes.withLock { String(decoding: $0, as: UTF8.self) }.split(separator: "\n").map(String.init)
    }

    func write(_ bytes: [UInt8]) { self.bytes.withLock { $0 += bytes } }
}

/// Text that nobody should see while a line is being typed.
private struct DiscardedText: ConsoleStream {
    func write(_ bytes: [UInt8]) {}
}
