import Testing

@testable import hks_func

/// As much of a terminal as frames use, to see what a person would.
private struct SmallTerminal {
    let columns: Int
    private var rows: [[Character]] = [[]]
    private var row = 0
    private var column = 0
    private(set) var isCursorShown = true

    init(columns: Int) { self.columns = columns }

    var text: [String] { rows.map { String($0) } }

    mutating func write(_ text: String) {
        // A line end of CR and LF is one character to Swift.
        var rest = Array(text.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\r": column = 0
            case "\n":
                row += 1
                if row == rows.count { rows.append([]) }
            case "\u{1B}":
                rest.removeFirst()
                let end = rest.firstIndex { $0.properties.isAlphabetic } ?? rest.endIndex - 1
                control(String(String.UnicodeScalarView(rest[...end])))
                rest = rest[(end + 1)...]
            default: put(Character(scalar))
            }
        }
    }

    private mutating func put(_ character: Character) {
        if column == columns {
            column = 0
            row += 1
            if row == rows.count { rows.append([]) }
        }
        while rows[row].count <= column { rows[row].append(" ") }
        rows[row][column] = character
        column += 1
    }

    private mutating func control(_ code: String) {
        switch code.last {
        case "A": row = max(0, row - (Int(code.dropLast()) ?? 1))
        case "K": rows[row] = Array(rows[row].prefix(column))
        case "J" where code == "J":
            rows[row] = Array(rows[row].prefix(column))
            rows.removeSubrange((row + 1)...)
        case "J", "H": (rows, row, column) = ([[]], 0, 0)
        case "h", "l": if code.hasPrefix("?25") { isCursorShown = code.last == "h" }
        default: break
        }
    }
}

@Suite struct LiveFrameTests {
    private var frame = LiveFrame()
    private var terminal = SmallTerminal(columns: 10)

    private mutating func paint(_ above: [String], _ region: [String]) {
        let widths = region.map(DisplayText.width)
        terminal.write(frame.paint(above: above, region: region, widths: widths, columns: 10))
    }

    @Test mutating func `The region stays below what scrolls by`() {
        paint([], ["one", "two"])
        paint(["a", "b"], ["one", "two", "three"])
        #expect(terminal.text == ["a", "b", "one", "two", "three"])
        paint([], ["uno"])
        #expect(terminal.text == ["a", "b", "uno"])
        paint(["a line that wraps twice"], ["one", "two"])
        #expect(terminal.text == ["a", "b", "a line tha", "t wraps tw", "ice", "one", "two"])
        #expect(!terminal.isCursorShown)
    }

    @Test mutating func `Leaving takes the region away and shows the cursor`() {
        paint(["a"], ["one", "two"])
        terminal.write(frame.leave(above: ["last"], columns: 10))
        #expect(terminal.text == ["a", "last", ""])
        #expect(terminal.isCursorShown)
    }

    @Test mutating func `A region that was wrapped by a narrower terminal is found`() {
        let wide = frame.paint(above: [], region: ["12345678", "x"], widths: [8, 1], columns: 10)
        #expect(wide.contains("12345678"))
        let narrow = frame.paint(above: [], region: ["1234"], widths: [4], columns: 5)
        // Two rows for the first line, one for the second: two up.
        #expect(narrow.contains("\u{1B}[2A"))
    }

    @Test mutating func `Clearing starts at the top`() {
        paint(["a"], ["one"])
        terminal.write(frame.clear())
        paint([], ["one"])
        #expect(terminal.text == ["one"])
    }

    @Test func `A frame is shown at once`() {
        var frame = LiveFrame()
        let bytes = frame.paint(above: ["a"], region: ["b"], widths: [1], columns: 10)
        #expect(bytes.hasPrefix("\u{1B}[?2026h") && bytes.hasSuffix("\u{1B}[?2026l"))
    }
}
