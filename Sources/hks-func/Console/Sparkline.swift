/// Draws a series of numbers as one line of characters, the largest as the highest one.
struct Sparkline: Sendable {
    private let levels: [Character]

    /// Draws with block characters where the terminal's character set has them, else with ASCII.
    init(environment: [String: String]) {
        levels = Array(Self.isUTF8(environment) ? "▁▂▃▄▅▆▇█" : "_.-:=+*#")
    }

    /// How numbers that share a column become one.
    enum Joining {
        case sum, largest
    }

    /// At most `width` columns; numbers that are not known are blank.
    func line(_ values: [Double?], width: Int, joining: Joining) -> String {
        let size = max(1, (values.count + max(1, width) - 1) / max(1, width))
        let columns = stride(from: 0, to: values.count, by: size).map { start -> Double? in
            let group = values[start..<min(values.count, start + size)].compactMap { $0 }
            switch joining {
            case .sum: return group.isEmpty ? nil : group.reduce(0, +)
            case .largest: return group.max()
            }
        }
        let top = columns.compactMap { $0 }.max() ?? 0
        return String(columns.map { $0.map { character($0, top: top) } ?? " " })
    }

    /// Zero has the lowest level to itself, so that one among thousands still shows.
    private func character(_ value: Double, top: Double) -> Character {
        guard value > 0, top > 0 else { return levels[0] }
        let steps = levels.count - 1
        return levels[max(1, min(steps, Int((value / top * Double(steps)).rounded(.up))))]
    }

    /// The first of the variables that is set decides, as it does for the C library.
    private static func isUTF8(_ environment: [String: String]) -> Bool {
        let name = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        let set = name?.lowercased() ?? ""
        return set.hasSuffix("utf-8") || set.hasSuffix("utf8")
    }
}
