import ArgumentParser

/// The form of a command's result.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case human, json, yaml, name, jsonl

    /// Accepts `text`, the word of older versions, for `human`.
    init?(argument: String) {
        self.init(rawValue: argument == "text" ? "human" : argument)
    }

    /// Whether programs read the output: then nothing but the result is shown, and nothing is asked.
    var isMachine: Bool { self != .human && self != .name }
}

/// When text is coloured.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
    case auto, always, never
}
