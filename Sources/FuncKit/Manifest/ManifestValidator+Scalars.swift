import Foundation

extension ManifestValidator {
    /// Checks that a value is text, and the text against its rule.
    mutating func checkText(_ node: YAMLNode, _ rule: TextRule, at path: ManifestPath) {
        guard let scalar = node.scalar else {
            report("\(path) must be text, not \(node.whatItIs)", node)
            return
        }
        guard scalar.kind == .text else {
            report(
                "\(path) must be text, not \(node.whatItIs)",
                node,
                hint: "put it in quotes: \"\(scalar.text)\""
            )
            return
        }
        checkRule(scalar.text, rule, at: node.mark, subject: "\(path) \(scalar.text.quotedForMessage)")
    }

    /// Checks a text against a rule; `subject` starts the message.
    mutating func checkRule(_ text: String, _ rule: TextRule, at mark: SourceMark, subject: String) {
        guard rule.lengths.contains(text.count), !text.unicodeScalars.contains("\0") else {
            report("\(subject) must be \(rule.expectation)", at: mark)
            return
        }
        if let pattern = rule.pattern, !matches(text, pattern) {
            report(
                "\(subject) must be \(rule.expectation)",
                at: mark,
                hint: rule.meaning == .runtime ? runtimeHint(text) : ManifestSuggestion.forText(text, rule: rule)
            )
        } else if let reserved = rule.reserved, matches(text, reserved.pattern) {
            report("\(subject) \(reserved.reason)", at: mark, hint: "choose another name")
        } else {
            checkMeaning(text, rule, at: mark, subject: subject)
        }
    }

    private mutating func checkMeaning(_ text: String, _ rule: TextRule, at mark: SourceMark, subject: String) {
        switch rule.meaning {
        case nil: break
        case .runtime:
            guard !runtimes.isKnown(text) else { return }
            report("unknown runtime \(text.quotedForMessage)", at: mark, hint: runtimeHint(text))
        case .cron:
            do throws(CronFault) {
                _ = try CronExpression(text)
            } catch {
                report("\(subject) \(error.reason)", at: mark, hint: error.hint)
            }
        case .timeZone:
            let known = TimeZone.knownTimeZoneIdentifiers
            guard TimeZone(identifier: text) == nil else { return }
            report(
                "unknown time zone \(text.quotedForMessage)",
                at: mark,
                hint: NearestMatch.of(text, in: known).map { "did you mean '\($0)'?" }
            )
        }
    }

    private func runtimeHint(_ text: String) -> String {
        let nearest = NearestMatch.of(text, in: runtimes.names)
        return nearest.map { "did you mean '\($0)'?" } ?? "known runtimes: \(runtimes.names.joined(separator: ", "))"
    }

    /// Checks that a value can be the text of a variable.
    mutating func checkAnyScalar(_ node: YAMLNode, at path: ManifestPath) {
        guard let scalar = node.scalar else {
            report("\(path) must be text, not \(node.whatItIs)", node, hint: "put JSON in single quotes")
            return
        }
        if scalar.text.unicodeScalars.contains("\0") {
            report("\(path) holds a NUL character, which no variable can", node)
        }
    }

    /// Checks for true or false.
    mutating func checkBoolean(_ node: YAMLNode, at path: ManifestPath) {
        guard node.boolean == nil else { return }
        report("\(path) must be true or false, not \(node.whatItIs)", node)
    }

    /// Checks for a whole number within bounds.
    mutating func checkInteger(_ node: YAMLNode, _ range: ClosedRange<Int>, at path: ManifestPath) {
        guard let number = node.integer, range.contains(number) else {
            report(
                "\(path) must be a whole number from \(range.lowerBound) to \(range.upperBound), not \(node.whatItIs)",
                node
            )
            return
        }
    }

    /// Checks for one of the given texts.
    mutating func checkChoice(_ node: YAMLNode, _ choices: [String], at path: ManifestPath) {
        guard let scalar = node.scalar, choices.contains(scalar.text), scalar.kind == .text else {
            let nearest = node.text.flatMap { NearestMatch.of($0, in: choices) }
            let list = choices.joined(separator: ", ")
            report(
                "\(path) must be one of \(list), not \(node.whatItIs)",
                node,
                hint: nearest.map { "did you mean '\($0)'?" }
            )
            return
        }
    }

    /// Checks for a length of time within bounds in milliseconds.
    mutating func checkDuration(
        _ node: YAMLNode,
        _ range: ClosedRange<Int>,
        wholeSeconds: Bool,
        at path: ManifestPath
    ) {
        guard let length = node.milliseconds else {
            report(
                "\(path) must be seconds or a time such as 30s, 5m or 1h30m, not \(node.whatItIs)",
                node
            )
            return
        }
        guard range.contains(length) else {
            let low = range.lowerBound / 1_000
            report("\(path) must be \(low) to \(range.upperBound / 1_000) seconds, not \(node.whatItIs)", node)
            return
        }
        if wholeSeconds, length % 1_000 != 0 {
            report("\(path) must be whole seconds, not \(node.whatItIs)", node)
        }
    }

    /// Checks for memory or CPU in sensible bounds.
    mutating func checkQuantity(_ node: YAMLNode, _ shape: ManifestShape, at path: ManifestPath) {
        guard let text = node.text, node.boolean == nil else {
            report("\(path) must be a quantity such as 256Mi or 100m, not \(node.whatItIs)", node)
            return
        }
        let isMemory = if case .memory = shape { true } else { false }
        let amount = isMemory ? Quantity.bytes(text) : Quantity.millicores(text)
        guard let amount else {
            let example = isMemory ? "256Mi or 1Gi" : "100m or 0.5"
            report(
                "\(path) must be a quantity such as \(example), not \(text.quotedForMessage)",
                node,
                hint: ManifestSuggestion.forQuantity(text, isMemory: isMemory)
            )
            return
        }
        let range = isMemory ? 1 << 20...1 << 40 : 1...256_000
        guard !range.contains(amount) else { return }
        let bounds = isMemory ? "1Mi to 1Ti" : "1m to 256"
        report(
            "\(path) must be \(bounds), not \(text.quotedForMessage)",
            node,
            hint: isMemory ? ManifestSuggestion.forQuantity(text, isMemory: true) : nil
        )
    }

    /// Checks that a command can be split without a shell.
    mutating func checkWords(_ node: YAMLNode, at path: ManifestPath) {
        if node.isList {
            for (index, item) in node.items.enumerated() { checkText(item, .word, at: path.item(index)) }
            return
        }
        guard let scalar = node.scalar, scalar.kind == .text else {
            report("\(path) must be a command line or a list of words, not \(node.whatItIs)", node)
            return
        }
        guard !scalar.text.unicodeScalars.contains("\0") else {
            report("\(path) holds a NUL character, which no argument can", node)
            return
        }
        do throws(CommandWords.Fault) {
            _ = try CommandWords.split(scalar.text)
        } catch {
            switch error {
            case .unclosedQuote(let quote): report("\(path) has a \(quote) that is never closed", node)
            case .trailingBackslash: report("\(path) ends with a backslash", node)
            case .needsShell(let text):
                report(
                    "\(path) has \(text.quotedForMessage), which only a shell understands, and runs without one",
                    node,
                    hint: "write it as a list: [sh, -c, '…']"
                )
            }
        }
    }
}

extension TextRule {
    /// One word of a command that is written as a list.
    fileprivate static let word = TextRule(lengths: 0...65_536, expectation: "text without NUL characters")
}

extension YAMLNode {
    /// A length of time: a whole number of seconds, or text with units.
    var milliseconds: Int? {
        if let seconds = integer {
            let (length, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
            return overflow ? nil : length
        }
        guard let scalar, scalar.kind == .text else { return nil }
        return DurationText.milliseconds(scalar.text)
    }

    /// The value for a message: the text in quotes, or what kind of thing it is.
    var whatItIs: String {
        switch content {
        case .scalar(let scalar): scalar.kind == .null ? "empty" : scalar.text.quotedForMessage
        case .map: "a map"
        case .list: "a list"
        case .alias(let name): "the alias '\(name)'"
        }
    }
}
