/// What can be told of a `Gemfile` without running it.
public struct RubyGemfile: Hashable, Sendable {
    /// Lines without remarks.
    private let lines: [Substring]

    /// Reads the text of a `Gemfile`.
    public init(_ text: String) {
        let remark = /(^|\s)#.*/
        lines = text.split(whereSeparator: \.isNewline).map { line in
            line.firstMatch(of: remark).map { line[..<$0.range.lowerBound] } ?? line
        }
    }

    /// Whether it asks for any gem.
    public var namesGems: Bool {
        let call = /(^|[\s;{(|])(gem|gemspec|eval_gemfile)($|[\s("'])/
        return lines.contains { $0.contains(call) }
    }

    /// Whether nothing but its text and that of `Gemfile.lock` decides what is installed: it reads no other file.
    public var isSelfContained: Bool {
        let reference =
            /\b(path|gemspec|eval_gemfile|eval|instance_eval|require|require_relative|load|File|Dir|IO|ENV)\b/
            // A dot between words is a boundary, as in `File.read`.
            .wordBoundaryKind(.simple)
        return !lines.contains { $0.contains(reference) }
    }
}
