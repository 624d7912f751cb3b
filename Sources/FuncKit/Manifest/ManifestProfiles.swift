/// Lays the settings of a profile over the base.
enum ManifestProfiles {
    /// Names of the profiles of a manifest, sorted.
    static func names(in root: YAMLNode) -> [String] {
        (root["profiles"]?.entries.map(\.key) ?? []).sorted()
    }

    /// The base with one profile merged in; the base alone for no profile.
    ///
    /// - Throws: `invalid_argument` for a profile that the file does not define.
    static func apply(_ profile: String?, to root: YAMLNode, file: String) throws -> YAMLNode {
        guard let profile else { return root }
        let names = names(in: root)
        guard let overrides = root["profiles"]?[profile] else {
            let hint: String
            if names.isEmpty {
                hint = "the file defines no profiles"
            } else if let nearest = NearestMatch.of(profile, in: names) {
                hint = "did you mean '\(nearest)'? the profiles are: \(names.joined(separator: ", "))"
            } else {
                hint = "the profiles are: \(names.joined(separator: ", "))"
            }
            throw FuncError(.invalidArgument, "\(file) has no profile \(profile.quotedForMessage)", hint: hint)
        }
        return merge(overrides, into: root)
    }

    /// Maps are merged key by key; everything else replaces what was there. An empty value changes nothing.
    static func merge(_ overrides: YAMLNode, into base: YAMLNode) -> YAMLNode {
        if overrides.isNull { return base }
        guard overrides.isMap, base.isMap else { return overrides }
        var merged = base
        var entries = base.entries
        for entry in overrides.entries {
            if let index = entries.firstIndex(where: { $0.key == entry.key }) {
                entries[index].value = merge(entry.value, into: entries[index].value)
            } else {
                entries.append(entry)
            }
        }
        merged.entries = entries
        return merged
    }
}
