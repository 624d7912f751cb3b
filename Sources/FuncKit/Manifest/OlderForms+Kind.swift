extension OlderForms {
    private static let apiVersion = "hks.io/v1"

    /// `apiVersion: hks.io/v1`, `kind: Function`, with `metadata` and `spec`.
    mutating func convertKindForm(_ root: YAMLNode) {
        for entry in root.entries {
            switch entry.key {
            case "apiVersion": expect(entry, Self.apiVersion)
            case "kind": expect(entry, "Function")
            case "metadata": convertMetadata(entry)
            case "spec": convertSpec(entry)
            default: refuseUnknown(entry, in: "kind: Function", known: ["apiVersion", "kind", "metadata", "spec"])
            }
        }
        guard let first = root.entries.first, problems.isEmpty else { return }
        notice("'kind: Function' is an older form", at: first.keyMark)
    }

    private mutating func expect(_ entry: YAMLNode.Entry, _ text: String) {
        guard entry.value.text != text else { return }
        refuse("'\(entry.key)' must be '\(text)', not \(entry.value.whatItIs)", at: entry.value.mark)
    }

    private mutating func convertMetadata(_ metadata: YAMLNode.Entry) {
        for entry in map(metadata, "metadata") {
            let old = "metadata.\(entry.key)"
            switch entry.key {
            case "name", "labels", "annotations": move(entry, from: old, to: entry.key)
            case "workspace", "namespace":
                drop(entry, old, because: "the context names workspace and project")
            default:
                refuseUnknown(entry, in: "metadata", known: ["name", "workspace", "labels", "annotations"])
            }
        }
    }

    private mutating func convertSpec(_ spec: YAMLNode.Entry) {
        let known = ["runtime", "handler", "source", "trigger", "resources", "environment", "description"]
        for entry in map(spec, "spec") {
            let old = "spec.\(entry.key)"
            switch entry.key {
            case "runtime": convertRuntime(entry)
            case "handler", "description": move(entry, from: old, to: entry.key)
            case "source": drop(entry, old, because: "the source is the folder of the manifest")
            case "trigger": convertTrigger(entry)
            case "resources": convertResources(entry)
            case "environment": convertEnvironment(entry)
            case "permissions":
                refuse("'spec.permissions' has no counterpart", at: entry.keyMark, hint: "remove it")
            default: refuseUnknown(entry, in: "spec", known: known)
            }
        }
    }

    /// `runtime: {name: python, version: "3.11"}` as `python3.11`.
    private mutating func convertRuntime(_ runtime: YAMLNode.Entry) {
        guard runtime.value.isMap else { return move(runtime, from: "spec.runtime", to: "runtime") }
        var text = ""
        for entry in runtime.value.entries where !["name", "version"].contains(entry.key) {
            refuseUnknown(entry, in: "spec.runtime", known: ["name", "version"])
        }
        for key in ["name", "version"] { text += runtime.value[key]?.text ?? "" }
        notice("'spec.runtime' is now 'runtime: \(text)'", at: runtime.keyMark)
        let mark = runtime.value["name"]?.mark ?? runtime.value.mark
        add("runtime", .text(text, at: mark), for: runtime, from: "spec.runtime")
    }

    private mutating func convertResources(_ resources: YAMLNode.Entry) {
        var kept: [YAMLNode.Entry] = []
        for entry in map(resources, "spec.resources") {
            if entry.key == "timeout" {
                move(entry, from: "spec.resources.timeout", to: "timeout")
            } else {
                kept.append(entry)
            }
        }
        guard !kept.isEmpty else { return }
        var moved = resources
        moved.value.entries = kept
        move(moved, from: "spec.resources", to: "resources")
    }

    private mutating func convertEnvironment(_ environment: YAMLNode.Entry) {
        for entry in map(environment, "spec.environment") {
            let old = "spec.environment.\(entry.key)"
            switch entry.key {
            case "variables": move(entry, from: old, to: "environment")
            case "secrets": convertSecrets(entry)
            default: refuseUnknown(entry, in: "spec.environment", known: ["variables", "secrets"])
            }
        }
    }

    private mutating func convertSecrets(_ secrets: YAMLNode.Entry) {
        var items: [YAMLNode] = []
        for item in secrets.value.items {
            var converted = item
            converted.entries = []
            for entry in item.entries {
                var entry = entry
                switch entry.key {
                case "name": entry.key = "env"
                case "secretName": entry.key = "secret"
                case "secretKey":
                    drop(entry, "secretKey", because: "a stored secret has one value")
                    continue
                default: refuseUnknown(entry, in: "secrets", known: ["name", "secretName", "secretKey"])
                }
                converted.entries.append(entry)
            }
            items.append(converted)
        }
        var moved = secrets
        moved.value.content = .list(items)
        move(moved, from: "spec.environment.secrets", to: "secrets")
    }

    // MARK: - Triggers

    private mutating func convertTrigger(_ trigger: YAMLNode.Entry) {
        let kind = trigger.value["type"]
        guard let kind, let name = kind.text else {
            refuse("'spec.trigger.type' is missing", at: trigger.value.mark)
            return
        }
        let types = ["http": "http", "event": "event", "schedule": "scheduled"]
        guard let type = types[name] else {
            refuse(
                "'spec.trigger.type' must be http, event or schedule, not \(kind.whatItIs)",
                at: kind.mark,
                hint: NearestMatch.of(name, in: types.keys.sorted()).map { "did you mean '\($0)'?" }
            )
            return
        }
        var converted = self.trigger(name: name, type: name, at: trigger.value.mark, [])
        for entry in trigger.value.entries where entry.key != "type" {
            switch (name, entry.key) {
            case ("http", "method"): converted.entries.append(methods(entry))
            case (_, "auth"): if let auth = authentication(entry, of: name) { converted.entries.append(auth) }
            default: converted.entries.append(entry)
            }
        }
        notice("'spec.trigger' is now 'type' and an entry of 'triggers'", at: trigger.keyMark)
        add("type", .text(type, at: kind.mark), for: trigger, from: "spec.trigger.type")
        let list = YAMLNode(content: .list([converted]), mark: trigger.value.mark)
        add("triggers", list, for: trigger, from: "spec.trigger")
    }

    private func methods(_ entry: YAMLNode.Entry) -> YAMLNode.Entry {
        var entry = entry
        entry.key = "methods"
        if !entry.value.isList {
            entry.value = YAMLNode(content: .list([entry.value]), mark: entry.value.mark, isFlow: true)
        }
        return entry
    }

    /// `auth: {type: token}` as `auth: token`. Public is what an http trigger is anyway; leaving out anything else would
    /// open what was closed.
    private mutating func authentication(_ entry: YAMLNode.Entry, of type: String) -> YAMLNode.Entry? {
        let words = HTTPTriggerAuth.allCases.map(\.rawValue)
        guard type == TriggerSpec.http, let kind = entry.value["type"], let word = kind.text, words.contains(word)
        else {
            refuse(
                "'spec.trigger.auth' asks for an authentication that there is not",
                at: entry.keyMark,
                hint: "write auth: {type: \(words.joined(separator: "|"))} at an http trigger"
            )
            return nil
        }
        guard word != HTTPTriggerAuth.public.rawValue else {
            drop(entry, "spec.trigger.auth", because: "an http trigger is public")
            return nil
        }
        var converted = entry
        converted.value = .text(word, at: kind.mark)
        return converted
    }
}
