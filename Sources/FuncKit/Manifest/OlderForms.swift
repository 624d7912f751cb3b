/// Turns older forms of the manifest into the present one; every value keeps the place where it stands.
///
/// Two forms are read: flat files with `deploy`, `template` and `events`, and `kind: Function` documents.
struct OlderForms {
    /// Turns marks into locations.
    let source: SourceText
    /// What was read in another way than it is written.
    private(set) var notices: [ManifestNotice] = []
    /// What cannot be converted.
    private(set) var problems: [FuncError] = []
    /// False for a file of another tool, where checking it key by key would only confuse.
    private(set) var isConvertible = true
    /// Entries of the result.
    private var entries: [YAMLNode.Entry] = []
    private var keys: Set<String> = []

    /// Starts with nothing converted.
    init(source: SourceText) {
        self.source = source
    }

    /// The tree in the present form; the same tree where it is in that form already.
    mutating func convert(_ root: YAMLNode) -> YAMLNode {
        guard root.isMap else { return root }
        if root["apiVersion"] != nil || root["kind"] != nil {
            convertKindForm(root)
        } else if let other = root["functions"] ?? root["function"], other.isMap, root["runtime"] == nil {
            isConvertible = false
            refuse(
                "this describes functions in another tool's form, with 'functions' or 'function' at the top",
                at: other.mark,
                hint: "put each function in a folder of its own with a function.yaml; 'hks-func init' writes one"
            )
            return root
        } else {
            convertFlatForm(root)
        }
        var converted = root
        converted.entries = entries
        return converted
    }

    /// Keeps an entry as it is.
    mutating func keep(_ entry: YAMLNode.Entry) {
        add(entry, as: entry.key, from: nil)
    }

    /// Puts a value under a new key, with a notice that says so.
    mutating func move(_ entry: YAMLNode.Entry, from old: String, to new: String) {
        notice("'\(old)' is now '\(new)'", at: entry.keyMark)
        add(entry, as: new, from: old)
    }

    /// Leaves a key out, with a notice that says why.
    mutating func drop(_ entry: YAMLNode.Entry, _ old: String, because reason: String) {
        notice("'\(old)' is ignored: \(reason)", at: entry.keyMark)
    }

    /// Adds a value that stands for something written in another form.
    mutating func add(_ key: String, _ value: YAMLNode, for entry: YAMLNode.Entry, from old: String) {
        var entry = entry
        entry.value = value
        add(entry, as: key, from: old)
    }

    private mutating func add(_ entry: YAMLNode.Entry, as key: String, from old: String?) {
        guard keys.insert(key).inserted else {
            refuse(
                "'\(key)' is set twice"
                    + (old.map { ", the second time as '\($0)'" } ?? ", the first time in an older form"),
                at: entry.keyMark,
                hint: "keep '\(key)' only"
            )
            return
        }
        entries.append(YAMLNode.Entry(key: key, keyMark: entry.keyMark, value: entry.value))
    }

    /// Records what was converted.
    mutating func notice(_ message: String, at mark: SourceMark) {
        notices.append(ManifestNotice(message: message, location: source.location(mark)))
    }

    /// Records what cannot be.
    mutating func refuse(_ message: String, at mark: SourceMark, hint: String? = nil) {
        problems.append(FuncError(.manifestInvalid, message, hint: hint, location: source.location(mark)))
    }

    /// Records a key that no form has.
    mutating func refuseUnknown(_ entry: YAMLNode.Entry, in place: String, known: [String]) {
        let nearest = NearestMatch.of(entry.key, in: known).map { "did you mean '\($0)'?" }
        refuse(
            "unknown key \(entry.key.quotedForMessage) in '\(place)'",
            at: entry.keyMark,
            hint: nearest ?? "known keys: \(known.joined(separator: ", "))"
        )
    }

    /// The entries of a map; anything else is refused.
    mutating func map(_ entry: YAMLNode.Entry, _ name: String) -> [YAMLNode.Entry] {
        guard !entry.value.isMap, !entry.value.isNull else { return entry.value.entries }
        refuse("'\(name)' must be a map of keys and values, not \(entry.value.whatItIs)", at: entry.value.mark)
        return []
    }
}

extension YAMLNode {
    /// A plain text at the place of another value.
    static func text(_ text: String, at mark: SourceMark) -> YAMLNode {
        YAMLNode(content: .scalar(.init(text: text, kind: .text, style: .plain)), mark: mark)
    }
}
