/// A compiled `.gitignore` wildcard, matched against paths byte by byte.
///
/// Equal to what git does (gitignore(5), "PATTERN FORMAT"), in time proportional to pattern times path: no pattern can
/// make it run away.
struct Glob: Hashable, Sendable {
    private enum Token: Hashable {
        case byte(UInt8)
        /// `?`: any byte but a slash.
        case one
        /// `[…]`: never a slash.
        case oneOf(ByteSet)
        /// `*`: any bytes but slashes.
        case run
        /// `**` at the end of the pattern or in front of an escaped slash: any bytes.
        case anything
        /// `**/`: nothing, or any folders.
        case anyFolders
    }

    /// Nil for a pattern with an unclosed bracket, an unknown class or a backslash at its end, which matches nothing.
    private let tokens: [Token]?

    /// Compiles a pattern.
    init(_ pattern: ArraySlice<UInt8>) {
        tokens = Self.compile(pattern)
    }

    /// Whether the whole path matches.
    func matches(_ path: ArraySlice<UInt8>) -> Bool {
        guard let tokens else { return false }
        return Self.match(tokens.span, path.span)
    }

    private static func match(_ tokens: Span<Token>, _ text: Span<UInt8>) -> Bool {
        var token = 0
        var index = 0
        // Where to go on after a mismatch: with the last `*` taking one byte more; once that is spent, with the last
        // `**`. Earlier ones need no second look, since the later one covers whatever they could still reach.
        var run: (token: Int, index: Int)?
        var wide: (token: Int, index: Int)?
        while token < tokens.count || index < text.count {
            if token < tokens.count {
                switch tokens[token] {
                case .run:
                    run = (token, index)
                    token += 1
                    continue
                case .anything, .anyFolders:
                    wide = (token, index)
                    run = nil
                    token += 1
                    continue
                case let single:
                    if index < text.count, matches(single, text[index]) {
                        token += 1
                        index += 1
                        continue
                    }
                }
            }
            if let last = run, last.index < text.count, text[last.index] != slash {
                run = (last.token, last.index + 1)
                (token, index) = (last.token + 1, last.index + 1)
            } else if let last = wide, let next = extended(tokens[last.token], from: last.index, in: text) {
                wide = (last.token, next)
                run = nil
                (token, index) = (last.token + 1, next)
            } else {
                return false
            }
        }
        return true
    }

    /// Where a token that crosses slashes may end next.
    private static func extended(_ token: Token, from index: Int, in text: Span<UInt8>) -> Int? {
        guard token == .anyFolders else { return index < text.count ? index + 1 : nil }
        return (index..<text.count).first { text[$0] == slash }.map { $0 + 1 }
    }

    private static func matches(_ token: Token, _ byte: UInt8) -> Bool {
        switch token {
        case .byte(let expected): byte == expected
        case .one: byte != slash
        case .oneOf(let set): byte != slash && set.contains(byte)
        case .run, .anything, .anyFolders: false
        }
    }

    private static func compile(_ pattern: ArraySlice<UInt8>) -> [Token]? {
        var tokens: [Token] = []
        var rest = pattern
        while let byte = rest.first {
            switch byte {
            case UInt8(ascii: "*"):
                let (token, length) = star(at: rest.startIndex, in: pattern)
                tokens.append(token)
                rest = rest.dropFirst(length)
            case UInt8(ascii: "?"):
                tokens.append(.one)
                rest = rest.dropFirst()
            case UInt8(ascii: "["):
                guard let (set, length) = ByteSet.bracket(rest) else { return nil }
                tokens.append(.oneOf(set))
                rest = rest.dropFirst(length)
            case backslash:
                guard let escaped = rest.dropFirst().first else { return nil }
                tokens.append(.byte(escaped))
                rest = rest.dropFirst(2)
            default:
                tokens.append(.byte(byte))
                rest = rest.dropFirst()
            }
        }
        return tokens
    }

    /// The token for a run of stars, and how many bytes of the pattern it covers.
    private static func star(at start: Int, in pattern: ArraySlice<UInt8>) -> (Token, Int) {
        let stars = pattern[start...].prefix { $0 == UInt8(ascii: "*") }.count
        let after = pattern[(start + stars)...]
        let startsComponent = start == pattern.startIndex || pattern[start - 1] == slash
        guard stars > 1, startsComponent else { return (.run, stars) }
        if after.first == slash { return (.anyFolders, stars + 1) }
        return after.isEmpty || after.starts(with: [backslash, slash]) ? (.anything, stars) : (.run, stars)
    }

    private static let slash = UInt8(ascii: "/")
    private static let backslash = UInt8(ascii: "\\")
}
