/// Checks a tree against the table of fields and collects everything that is wrong with it.
struct ManifestValidator {
    /// Turns marks into locations.
    let source: SourceText
    /// Tells which runtimes exist.
    let runtimes: RuntimeNames
    /// What was found so far, in the order of the table.
    private(set) var problems: [FuncError] = []
    /// Compiled patterns; compiling one costs far more than using it.
    private var patterns: [String: Regex<AnyRegexOutput>] = [:]

    /// Starts with no problems.
    init(source: SourceText, runtimes: RuntimeNames) {
        self.source = source
        self.runtimes = runtimes
    }

    /// Checks the whole file.
    mutating func checkRoot(_ root: YAMLNode) {
        guard !root.isNull else { return report("the manifest is empty", root, hint: "'hks-func init' writes one") }
        check(root, .object(ManifestFields.root), at: ManifestPath())
    }

    private mutating func check(_ node: YAMLNode, _ shape: ManifestShape, at path: ManifestPath) {
        if node.isNull {
            if !shape.isCollection { report("\(path) has no value", node, hint: "give it one, or remove the key") }
            return
        }
        switch shape {
        case .text(let rule): checkText(node, rule, at: path)
        case .textOrObject(let rule, let fields, let exactlyOne):
            guard node.isMap else { return checkText(node, rule, at: path) }
            check(node, .object(fields), at: path)
            checkAlternatives(node, exactlyOne, fields, at: path)
        case .anyScalar: checkAnyScalar(node, at: path)
        case .boolean: checkBoolean(node, at: path)
        case .integer(let range): checkInteger(node, range, at: path)
        case .choice(let choices): checkChoice(node, choices, at: path)
        case .duration(let range, let wholeSeconds):
            checkDuration(node, range, wholeSeconds: wholeSeconds, at: path)
        case .memory, .cpu: checkQuantity(node, shape, at: path)
        case .words: checkWords(node, at: path)
        case .list(let item, let unique): checkList(node, item, unique: unique, at: path)
        case .map(let keys, let values): checkMap(node, keys, values, at: path)
        case .object(let fields): checkObject(node, fields, at: path)
        case .variants(let deciding, let common, let cases):
            checkVariants(node, deciding, common, cases, at: path)
        }
    }

    /// Adds a problem at a value.
    mutating func report(_ message: String, _ node: YAMLNode, hint: String? = nil) {
        report(message, at: node.mark, hint: hint)
    }

    /// Adds a problem at a place.
    mutating func report(_ message: String, at mark: SourceMark, hint: String? = nil) {
        problems.append(FuncError(.manifestInvalid, message, hint: hint, location: source.location(mark)))
    }

    /// Whether the whole of `text` matches.
    mutating func matches(_ text: String, _ pattern: String) -> Bool {
        do {
            let regex = try patterns[pattern] ?? Regex(pattern)
            patterns[pattern] = regex
            return try regex.wholeMatch(in: text) != nil
        } catch {
            problems.append(
                FuncError(.internalError, "the pattern '\(pattern)' does not work", cause: String(describing: error))
            )
            return true
        }
    }
}

// MARK: - Collections

extension ManifestValidator {
    private mutating func checkList(
        _ node: YAMLNode,
        _ item: ManifestShape,
        unique: Bool,
        at path: ManifestPath
    ) {
        guard node.isList else {
            report("\(path) must be a list, not \(node.whatItIs)", node, hint: "write [value, value]")
            return
        }
        var seen: Set<YAMLValue> = []
        for (index, value) in node.items.enumerated() {
            check(value, item, at: path.item(index))
            if value.isNull { report("\(path.item(index)) has no value", value) }
            if unique, !seen.insert(YAMLValue(value)).inserted {
                report("\(path) holds \((value.text ?? "").quotedForMessage) twice", value)
            }
        }
    }

    private mutating func checkMap(
        _ node: YAMLNode,
        _ keys: TextRule,
        _ values: ManifestShape,
        at path: ManifestPath
    ) {
        guard node.isMap else {
            report("\(path) must be a map of keys and values, not \(node.whatItIs)", node)
            return
        }
        for entry in node.entries {
            checkRule(entry.key, keys, at: entry.keyMark, subject: "the key \(entry.key.quotedForMessage) of \(path)")
            check(entry.value, values, at: path.key(entry.key))
        }
    }

    private mutating func checkObject(_ node: YAMLNode, _ fields: [ManifestField], at path: ManifestPath) {
        guard node.isMap else {
            report("\(path) must be a map of keys and values, not \(node.whatItIs)", node)
            return
        }
        for entry in node.entries {
            if let field = fields.first(where: { $0.name == entry.key }) {
                check(entry.value, field.shape, at: path.key(entry.key))
            } else {
                let place = path.isRoot ? "" : " in \(path)"
                report(
                    "unknown key \(entry.key.quotedForMessage)\(place)",
                    at: entry.keyMark,
                    hint: ManifestSuggestion.forKey(entry.key, among: fields, at: path)
                )
            }
        }
        for field in fields where field.isRequired && node[field.name] == nil {
            report(
                "\(path.key(field.name)) is missing",
                node,
                hint: field.examples.first.map { "add '\(field.name)', for example \($0)" }
            )
        }
    }

    private mutating func checkAlternatives(
        _ node: YAMLNode,
        _ names: [String],
        _ fields: [ManifestField],
        at path: ManifestPath
    ) {
        let words = names.map { "'\($0)'" }.joined(separator: " and ")
        let present = node.entries.filter { names.contains($0.key) }
        if present.isEmpty {
            let example = fields.first { $0.name == names.first }?.examples.first
            report(
                "\(path) needs one of \(words)",
                node,
                hint: example.map { "add '\(names[0])', for example \($0)" }
            )
        } else if present.count > 1 {
            report("\(path) can have only one of \(words)", at: present[1].keyMark, hint: "list the secret twice")
        }
    }

    private mutating func checkVariants(
        _ node: YAMLNode,
        _ deciding: String,
        _ common: [ManifestField],
        _ cases: [ManifestVariant],
        at path: ManifestPath
    ) {
        guard node.isMap else {
            report("\(path) must be a map of keys and values, not \(node.whatItIs)", node)
            return
        }
        guard let decider = node[deciding] else {
            report(
                "\(path.key(deciding)) is missing",
                node,
                hint: "use one of \(cases.map(\.value).joined(separator: ", "))"
            )
            return
        }
        let shape = ManifestShape.choice(cases.map(\.value))
        guard let variant = cases.first(where: { $0.value == decider.text }) else {
            check(decider, shape, at: path.key(deciding))
            return
        }
        let own = ManifestField(name: deciding, shape: shape, summary: "")
        checkObject(node, common + [own] + variant.fields, at: path)
    }
}
