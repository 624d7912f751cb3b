/// What is on the terminal's last lines, and the bytes that change it.
///
/// Lines above scroll away like any other output; the region below is drawn anew in its place. All of a frame is one
/// write, between marks by which terminals that know them show it at once (synchronized output, private mode 2026).
struct LiveFrame: Sendable {
    /// Columns of each line of the region, as it was drawn.
    private var drawn: [Int] = []

    /// The bytes that print `above` and then draw `region`, whose lines are shorter than `columns`.
    mutating func paint(above: [String], region: [String], widths: [Int], columns: Int) -> String {
        var frame = Self.begin + "\u{1B}[?25l" + home(columns)
        if !above.isEmpty {
            // Lines above may wrap, so that the old region is taken away first.
            frame += "\u{1B}[J" + above.map { $0 + "\r\n" }.joined()
        }
        frame += region.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J"
        drawn = widths
        return frame + Self.end
    }

    /// The bytes that clear the whole screen, to be followed by a frame.
    mutating func clear() -> String {
        drawn = []
        return "\u{1B}[2J\u{1B}[H"
    }

    /// The bytes that take the region away, print `above`, and show the cursor.
    mutating func leave(above: [String], columns: Int) -> String {
        let frame = home(columns) + "\u{1B}[J" + above.map { $0 + "\r\n" }.joined() + "\u{1B}[?25h"
        drawn = []
        return frame
    }

    /// Forgets the region, which somebody else wrote over.
    mutating func forget() { drawn = [] }

    /// Goes to the first line of the region. Where the terminal became narrower, it has wrapped what was drawn.
    private func home(_ columns: Int) -> String {
        guard !drawn.isEmpty else { return "\r" }
        let rows = drawn.reduce(0) { $0 + max(1, ($1 + columns - 1) / max(1, columns)) }
        return rows > 1 ? "\r\u{1B}[\(rows - 1)A" : "\r"
    }

    private static let begin = "\u{1B}[?2026h"
    private static let end = "\u{1B}[?2026l"
}
