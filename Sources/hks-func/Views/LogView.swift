import FuncKit

extension LogEntry {
    /// A line for people: time, level, version, text. `shownTime` stands in place of the whole time.
    func line(_ style: TextStyle, time shownTime: String? = nil) -> String {
        let time = (shownTime ?? timestamp.map(TimeText.iso)).map { style.dim($0) + " " } ?? ""
        let word = level.rawValue.uppercased()
        let padded = word + String(repeating: " ", count: max(0, 5 - word.count))
        let marked = level >= .error ? style.bad(padded) : level == .warn ? style.caution(padded) : style.dim(padded)
        let origin = source == "function" ? version.map { "v\($0)" } ?? "" : source
        let extra = fields.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined().withoutControls
        let prefix = origin.isEmpty ? "" : style.dim("[\(origin)]") + " "
        // A stack trace keeps its lines, set off from the entries around it.
        let text = message.split(separator: "\n", omittingEmptySubsequences: false)
            .map { String($0).withoutControls }
            .joined(separator: "\n    ")
        return "\(time)\(marked) \(prefix)\(text)\(style.dim(extra))\n"
    }
}
