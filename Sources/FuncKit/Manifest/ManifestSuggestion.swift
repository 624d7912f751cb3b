/// Finds what a user probably meant.
enum ManifestSuggestion {
    /// The nearest key of the same map, or the place where a key of this name belongs.
    static func forKey(_ key: String, among fields: [ManifestField], at path: ManifestPath) -> String {
        let known = fields.map(\.name)
        if let nearest = NearestMatch.of(key, in: known) { return "did you mean '\(nearest)'?" }
        if path.isRoot, let home = home(of: key, in: ManifestFields.root, path: ManifestPath()) {
            return "'\(key)' belongs at \(home)"
        }
        if !path.isRoot, ManifestFields.root.contains(where: { $0.name == key }) {
            return "'\(key)' belongs at the top of the file"
        }
        return "known keys: \(known.joined(separator: ", "))"
    }

    private static func home(of key: String, in fields: [ManifestField], path: ManifestPath) -> ManifestPath? {
        for field in fields {
            guard case .object(let inner) = field.shape else { continue }
            let place = path.key(field.name)
            if inner.contains(where: { $0.name == key }) { return place.key(key) }
            if let deeper = home(of: key, in: inner, path: place) { return deeper }
        }
        return nil
    }

    /// A text made of the same letters that fits a name's rule.
    static func forText(_ text: String, rule: TextRule) -> String? {
        guard rule.expectation == TextRule.functionName.expectation else { return nil }
        let dashed = text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        let words = String(dashed).split(separator: "-")
        let name = String(words.joined(separator: "-").prefix(63))
        return name.isEmpty ? nil : "'\(name)' would do"
    }

    /// The quantity that was meant by `256MB`, `256` or `512mb`.
    static func forQuantity(_ text: String, isMemory: Bool) -> String? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard !digits.isEmpty else { return nil }
        let unit = text[digits.endIndex...].lowercased().trimmingBlanks()
        let suffixes =
            isMemory
            ? [
                "": "Mi", "m": "Mi", "mb": "Mi", "mib": "Mi", "g": "Gi", "gb": "Gi", "gib": "Gi", "kb": "Ki",
                "kib": "Ki",
            ]
            : ["cpu": "", "cpus": "", "core": "", "cores": "", "mcpu": "m", "millicores": "m"]
        guard let suffix = suffixes[unit] else { return nil }
        return "did you mean '\(digits)\(suffix)'?"
    }
}

extension String {
    fileprivate func trimmingBlanks() -> String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
