extension ManifestValidator {
    /// Checks what concerns several values at once, in the base and under each profile.
    mutating func checkRelations(_ root: YAMLNode) {
        checkRelationsOfOne(root)
        for profile in root["profiles"]?.entries ?? [] where profile.value.isMap {
            checkRelationsOfOne(ManifestProfiles.merge(profile.value, into: root))
        }
    }

    private mutating func checkRelationsOfOne(_ root: YAMLNode) {
        checkScale(root["scaling"])
        checkEntryPoint(root)
        checkSecrets(root)
        checkTriggers(root["triggers"])
    }

    private mutating func checkScale(_ node: YAMLNode?) {
        guard let node else { return }
        let scaling = ManifestReader.scaling(node)
        guard scaling.minScale > scaling.maxScale else { return }
        // The preset may hold one of the two; the other one is what the user wrote.
        guard let place = node["minScale"] ?? node["maxScale"] else { return }
        report(
            "'scaling.minScale' is \(scaling.minScale), more than 'scaling.maxScale', which is \(scaling.maxScale)",
            place
        )
    }

    private mutating func checkEntryPoint(_ root: YAMLNode) {
        guard let runtime = root["runtime"], let name = runtime.text, runtimes.isKnown(name) else { return }
        let hasCommand = root["command"].map { !$0.isNull } ?? false
        if runtimes.defaultHandler(name)?.isEmpty == true {
            guard !hasCommand else { return }
            report(
                "the runtime \(name.quotedForMessage) needs a 'command'",
                runtime,
                hint: "add command: [\"./server\"] with the program that serves HTTP"
            )
        } else if root["handler"] == nil, !hasCommand, runtimes.defaultHandler(name) == nil {
            report(
                "'handler' is missing",
                runtime,
                hint: "add 'handler', for example \"main.handler\"; \"\" for a program that serves HTTP by itself"
            )
        }
    }

    private mutating func checkSecrets(_ root: YAMLNode) {
        var names = Set(root["environment"]?.entries.map(\.key) ?? [])
        var paths: [String] = []
        for (reference, mark) in ManifestReader.secrets(root["secrets"]) {
            switch reference.place {
            case .variable(let name): checkVariable(name, of: reference.secret, at: mark, among: &names)
            case .file(let path):
                paths.append(path)
                guard let (path, other) = SecretPath.collision(in: paths) else { continue }
                paths.removeLast()
                let reason = path == other ? "is there twice" : "and \(other.quotedForMessage) cannot both be files"
                report("the secret file \(path.quotedForMessage) \(reason)", at: mark)
            }
        }
    }

    private mutating func checkVariable(
        _ name: String,
        of secret: String,
        at mark: SourceMark,
        among names: inout Set<String>
    ) {
        let isValid = EnvironmentName.isValid(name)
        if !isValid || EnvironmentName.isReserved(name) {
            let reason = isValid ? "is set by the platform" : "cannot be a variable's name"
            report(
                "the secret \(secret.quotedForMessage) would become the variable \(name.quotedForMessage), which \(reason)",
                at: mark,
                hint: "write { env: NAME, secret: \(secret) }"
            )
        } else if !names.insert(name).inserted {
            report("the variable \(name.quotedForMessage) is set twice, by 'environment' or another secret", at: mark)
        }
    }

    private mutating func checkTriggers(_ node: YAMLNode?) {
        var names: Set<String> = []
        for trigger in node?.items ?? [] {
            if let name = trigger["name"], let text = name.text, !names.insert(text).inserted {
                report("the trigger \(text.quotedForMessage) is there twice", name, hint: "give it another name")
            }
            checkTriggerConfig(trigger)
            checkTriggerSettings(trigger)
        }
    }

    /// What single values do not show: the rest of the rules, which servers check as well.
    private mutating func checkTriggerSettings(_ trigger: YAMLNode) {
        // A fault that was found in one of its values already need not be told twice.
        guard problems.isEmpty, trigger.isMap else { return }
        do {
            _ = try ManifestReader.trigger(trigger).normalised()
        } catch let error as FuncError {
            report(error.message, trigger, hint: error.hint)
        } catch {
            report("the trigger cannot be read: \(error)", trigger)
        }
    }

    private mutating func checkTriggerConfig(_ trigger: YAMLNode) {
        for entry in trigger["config"]?.entries ?? [] {
            let isSet =
                trigger[entry.key] != nil || trigger[path: entry.key.split(separator: ".").map(String.init)] != nil
            let isOwn = ["name", "type", "enabled", "config"].contains(entry.key)
            guard isSet || isOwn else { continue }
            report("\(entry.key.quotedForMessage) is a key of the trigger itself", at: entry.keyMark)
        }
    }
}
