/// Names and values, one a line, values in a column; empty values are left out.
struct FieldList {
    let style: TextStyle
    private var fields: [(name: String, lines: [String])] = []

    init(style: TextStyle) {
        self.style = style
    }

    mutating func add(_ name: String, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        fields.append((name, [value]))
    }

    mutating func add(_ name: String, _ values: [String]) {
        guard !values.isEmpty else { return }
        fields.append((name, values))
    }

    /// The lines with line ends.
    var text: String {
        let width = (fields.map(\.name.count).max() ?? 0) + 2
        return fields.flatMap { field in
            field.lines.enumerated().map { index, line in
                let name = index == 0 ? field.name + ":" : ""
                let gap = String(repeating: " ", count: width - name.count)
                return style.bold(name) + gap + line.withoutControls + "\n"
            }
        }
        .joined()
    }
}
