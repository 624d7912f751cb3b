extension String {
    /// The text in single quotes for a message: control characters escaped, long text cut.
    var quotedForMessage: String {
        var shown = ""
        for scalar in unicodeScalars.prefix(60) {
            switch scalar {
            case "\n": shown += "\\n"
            case "\r": shown += "\\r"
            case "\t": shown += "\\t"
            default:
                if scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format {
                    shown += "\\u{\(String(scalar.value, radix: 16))}"
                } else {
                    shown.unicodeScalars.append(scalar)
                }
            }
        }
        return unicodeScalars.count > 60 ? "'\(shown)…'" : "'\(shown)'"
    }
}
