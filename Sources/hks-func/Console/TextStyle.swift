/// Marks pieces of text, where the stream shows colour.
///
/// Colour only repeats what the words say.
struct TextStyle: Sendable {
    /// Whether marks are written at all.
    let isEnabled: Bool

    func bold(_ text: String) -> String { wrap(text, "1") }
    func dim(_ text: String) -> String { wrap(text, "2") }
    func good(_ text: String) -> String { wrap(text, "32") }
    func caution(_ text: String) -> String { wrap(text, "33") }
    func bad(_ text: String) -> String { wrap(text, "31") }

    /// One of a few colours that tell things of a kind apart.
    func accent(_ text: String, _ index: Int) -> String {
        let colors = ["36", "35", "34", "96", "95", "94"]
        return wrap(text, colors[index % colors.count])
    }

    private func wrap(_ text: String, _ code: String) -> String {
        isEnabled && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

extension String {
    /// The text without control characters, so that foreign text cannot steer the terminal. Tabs stay.
    var withoutControls: String {
        guard unicodeScalars.contains(where: { ($0.value < 32 && $0 != "\t") || (127...159).contains($0.value) }) else {
            return self
        }
        var kept = String.UnicodeScalarView()
        for scalar in unicodeScalars where scalar == "\t" || !(scalar.value < 32 || (127...159).contains(scalar.value))
        {
            kept.append(scalar)
        }
        return String(kept)
    }
}
