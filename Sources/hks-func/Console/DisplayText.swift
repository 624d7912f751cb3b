import Foundation

/// Text as a terminal lays it out: by columns, of which a character takes none, one or two.
enum DisplayText {
    /// Columns that a text takes.
    static func width(_ text: String) -> Int {
        text.reduce(0) { $0 + width($1) }
    }

    /// The text cut to `columns`, with a sign where something is missing.
    static func fit(_ text: String, _ columns: Int) -> String {
        guard width(text) > columns else { return text }
        guard columns > 0 else { return "" }
        var (kept, used) = ("", 0)
        for character in text {
            let next = width(character)
            guard used + next < columns else { break }
            kept.append(character)
            used += next
        }
        return kept + "…"
    }

    /// The text, filled up with blanks to `columns`.
    static func pad(_ text: String, _ columns: Int) -> String {
        text + String(repeating: " ", count: max(0, columns - width(text)))
    }

    private static func width(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if first.properties.isEmojiPresentation || wide.contains(where: { $0.contains(first.value) }) { return 2 }
        // A variation selector makes a picture of what else is a sign.
        if character.unicodeScalars.contains("\u{FE0F}") { return 2 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return 1
        }
    }

    /// Blocks of characters that are two columns wide (Unicode Standard Annex #11).
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
        0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
        0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
    ]
}

/// A line in pieces, each with its mark, so that it can be cut without cutting a mark in two.
struct MarkedLine: Hashable, Sendable {
    /// How a piece stands out.
    enum Mark: Hashable, Sendable {
        case plain, bold, dim, good, caution, bad
        case accent(Int)
    }

    private var pieces: [Piece] = []

    private struct Piece: Hashable {
        var text: String
        var mark: Mark
    }

    /// Adds a piece; control characters are dropped, tabs are blanks.
    mutating func add(_ text: String, _ mark: Mark = .plain) {
        let clean = text.withoutControls.replacingOccurrences(of: "\t", with: " ")
        pieces.append(Piece(text: clean, mark: mark))
    }

    /// Columns of the whole line.
    var width: Int { pieces.reduce(0) { $0 + DisplayText.width($1.text) } }

    /// The line, cut to `columns` where there is a limit.
    func text(_ style: TextStyle, columns: Int? = nil) -> String {
        var left = columns ?? .max
        var text = ""
        for piece in pieces where left > 0 {
            let kept = DisplayText.fit(piece.text, left)
            left -= DisplayText.width(kept)
            text += style.marked(kept, piece.mark)
            if kept.count < piece.text.count { break }
        }
        return text
    }
}

extension TextStyle {
    /// The text with a mark.
    func marked(_ text: String, _ mark: MarkedLine.Mark) -> String {
        switch mark {
        case .plain: text
        case .bold: bold(text)
        case .dim: dim(text)
        case .good: good(text)
        case .caution: caution(text)
        case .bad: bad(text)
        case .accent(let index): accent(text, index)
        }
    }
}
