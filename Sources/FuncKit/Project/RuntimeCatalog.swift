import Foundation

/// Understands runtime identifiers in all the spellings that clients and servers use (wire reference, section 6).
public enum RuntimeCatalog {
    /// All rows, in the order in which lists show them.
    public static let entries = RuntimeFamily.allCases.map(\.entry)

    /// All canonical names, for lists, schemas and suggestions.
    public static let names = entries.flatMap(\.names) + ["python-agent"]

    /// What `text` means, or nil if it names no runtime: `Node18.x` is Node.js 18, `python39` is Python 3.9.
    public static func normalise(_ text: String) -> RuntimeName? {
        var word = text.trimmingCharacters(in: .whitespaces).lowercased()
        let hadWildcard = word.hasSuffix(".x")
        if hadWildcard { word.removeLast(2) }
        guard let (letters, digits) = split(word) else { return nil }
        // The hosted service's own lists spell Node.js 14 as '14.x'.
        let isBareNode = letters.isEmpty && hadWildcard
        let isAgent = letters == "python-agent"
        guard let entry = family(named: isBareNode ? "nodejs" : isAgent ? "python" : letters) else { return nil }
        var name = RuntimeName(family: entry.family, variant: isAgent ? "agent" : nil)
        if digits.isEmpty { return name }
        // 'python3' and 'go1' name the language, not a version.
        if digits == majorOnly(entry.family) { return name }
        guard let version = version(digits, of: entry) else { return nil }
        name.version = version
        return name
    }

    /// The row of a family by its name or one of its aliases, in any case; versions are not understood here.
    public static func family(named text: String) -> RuntimeEntry? {
        let word = text.lowercased()
        return entries.first { $0.family.rawValue == word || $0.aliases.contains(word) }
    }

    /// The known name that `text` was probably meant to be, or nil if none is near.
    public static func suggestion(for text: String) -> String? {
        let word = text.trimmingCharacters(in: .whitespaces).lowercased()
        // A known language with an unknown version: only its versions are of help, and of two the newer one.
        if let (letters, digits) = split(word), !digits.isEmpty, let entry = family(named: letters) {
            let newestFirst = entry.names.dropFirst().reversed()
            return NearestMatch.of(entry.family.rawValue + digits, in: newestFirst) ?? entry.names.last
        }
        guard let match = NearestMatch.of(word, in: names + entries.flatMap(\.aliases)) else { return nil }
        return normalise(match)?.description
    }

    /// The name that `text` means.
    ///
    /// - Throws: ``FuncError`` with code `runtime_unknown` and a suggestion.
    public static func require(_ text: String) throws(FuncError) -> RuntimeName {
        if let name = normalise(text) { return name }
        throw FuncError(
            .runtimeUnknown,
            "runtime '\(text)' is not known",
            hint: suggestion(for: text).map { "did you mean '\($0)'?" }
                ?? "use one of " + RuntimeFamily.allCases.map(\.rawValue).joined(separator: ", ")
        )
    }

    /// One sentence if the version gets no more fixes from its maintainers on `date`.
    public static func endOfLifeWarning(for name: RuntimeName, on date: Date) -> String? {
        guard let version = name.family.entry.versions.first(where: { $0.number == name.version }),
            let day = version.endOfLife, String(WireDate.format(date).prefix(10)) > day
        else { return nil }
        return "\(name.family.entry.title) \(version.number) reached its end of life on \(day)"
    }

    /// Splits `python3.11` into `python` and `3.11`; nil if something else than a version follows the letters.
    private static func split(_ word: String) -> (letters: String, digits: String)? {
        let letters = String(word.prefix { !("0"..."9").contains($0) })
        let digits = String(word.dropFirst(letters.count))
        guard digits.isEmpty || VersionNumber(digits) != nil else { return nil }
        return letters.isEmpty && digits.isEmpty ? nil : (letters, digits)
    }

    private static func majorOnly(_ family: RuntimeFamily) -> String? {
        switch family {
        case .python: "3"
        case .go: "1"
        default: nil
        }
    }

    /// The catalogue's spelling of a version: `39` is 3.9 for Python, `31` is 3.1 and `6.0` is 6 for .NET.
    private static func version(_ digits: String, of entry: RuntimeEntry) -> String? {
        var candidates = [digits]
        if !digits.contains("."), digits.count > 1 {
            let dotted = "\(digits.prefix(1)).\(digits.dropFirst())"
            if [.python, .go].contains(entry.family) || (entry.family == .dotnet && digits == "31") {
                candidates = [dotted]
            }
        }
        if digits.hasSuffix(".0") { candidates.append(String(digits.dropLast(2))) }
        return candidates.first { candidate in entry.versions.contains { $0.number == candidate } }
    }
}
