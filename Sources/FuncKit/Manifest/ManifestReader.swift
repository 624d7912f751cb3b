/// Reads the settings out of a tree that the validator has accepted.
struct ManifestReader {
    /// The accepted tree, with one profile merged in.
    let root: YAMLNode
    /// Gives the handler that a manifest leaves out.
    let runtimes: RuntimeNames

    /// What the tree says, without the names of its profiles.
    ///
    /// - Throws: `manifest_invalid` for a command line that cannot be split.
    func manifest() throws -> FunctionManifest {
        FunctionManifest(
            name: root["name"]?.text ?? "",
            settings: try settings(),
            include: Self.texts(root[path: ["build", "include"]]),
            exclude: Self.texts(root[path: ["build", "exclude"]])
        )
    }

    private func settings() throws -> FunctionSettings {
        var settings = FunctionSettings()
        settings.runtime = root["runtime"]?.text ?? ""
        settings.handler = root["handler"]?.text ?? runtimes.defaultHandler(settings.runtime) ?? ""
        settings.type = root["type"]?.text.flatMap(FunctionType.init) ?? settings.type
        settings.description = root["description"]?.text ?? ""
        settings.command = try words(root["command"])
        settings.buildCommand = try words(root[path: ["build", "command"]])
        settings.environment = Self.scalars(root["environment"])
        settings.secrets = Self.secrets(root["secrets"]).map(\.reference)
        settings.resources.memory = root[path: ["resources", "memory"]]?.text ?? ""
        settings.resources.cpu = root[path: ["resources", "cpu"]]?.text ?? ""
        settings.timeout = root["timeout"]?.milliseconds.map { $0 / 1_000 } ?? settings.timeout
        settings.concurrency = root["concurrency"]?.integer ?? settings.concurrency
        settings.scaling = Self.scaling(root["scaling"])
        settings.triggers = try (root["triggers"]?.items ?? []).map { try Self.trigger($0).normalised() }
        settings.labels = Self.scalars(root["labels"])
        settings.annotations = Self.scalars(root["annotations"])
        return settings
    }

    /// The preset with the keys of `scaling` laid over it.
    static func scaling(_ node: YAMLNode?) -> Scaling {
        let profile = node?["profile"]?.text ?? "default"
        var scaling = Scaling.profiles[profile] ?? Scaling()
        scaling.minScale = node?["minScale"]?.integer ?? scaling.minScale
        scaling.maxScale = node?["maxScale"]?.integer ?? scaling.maxScale
        scaling.target = node?["target"]?.integer ?? scaling.target
        scaling.metric = node?["metric"]?.text.flatMap(ScalingMetric.init) ?? scaling.metric
        scaling.scaleDownDelayMilliseconds =
            node?["scaleDownDelay"]?.milliseconds ?? scaling.scaleDownDelayMilliseconds
        return scaling
    }

    /// Secrets in all forms, with the place of each.
    static func secrets(_ node: YAMLNode?) -> [(reference: SecretReference, mark: SourceMark)] {
        (node?.items ?? []).compactMap { item in
            if let secret = item.text {
                return (SecretReference(env: SecretReference.variableName(for: secret), secret: secret), item.mark)
            }
            guard let secret = item["secret"]?.text else { return nil }
            if let env = item["env"], let name = env.text {
                return (SecretReference(env: name, secret: secret), env.mark)
            }
            guard let file = item["file"], let path = file.text else { return nil }
            return (SecretReference(file: path, secret: secret), file.mark)
        }
    }

    /// Flattens a trigger: lists are joined by commas, maps become dotted keys, `config` is taken as it is.
    static func trigger(_ node: YAMLNode) -> TriggerSpec {
        var spec = TriggerSpec(
            name: node["name"]?.text ?? "",
            type: node["type"]?.text ?? "",
            enabled: node["enabled"]?.boolean ?? true
        )
        for entry in node.entries where !["name", "type", "enabled"].contains(entry.key) {
            if entry.key == "config" {
                spec.config.merge(scalars(entry.value)) { _, new in new }
            } else if entry.value.isMap {
                for (key, value) in scalars(entry.value) { spec.config["\(entry.key).\(key)"] = value }
            } else if entry.value.isList {
                spec.config[entry.key] = texts(entry.value).joined(separator: ",")
            } else if let text = entry.value.text {
                spec.config[entry.key] = text
            }
        }
        return spec
    }

    private func words(_ node: YAMLNode?) throws -> [String] {
        guard let node, let line = node.text else { return Self.texts(node) }
        do throws(CommandWords.Fault) {
            return try CommandWords.split(line)
        } catch {
            throw FuncError(
                .manifestInvalid,
                "\(line.quotedForMessage) is no command",
                cause: String(describing: error)
            )
        }
    }

    private static func texts(_ node: YAMLNode?) -> [String] {
        (node?.items ?? []).compactMap(\.text)
    }

    private static func scalars(_ node: YAMLNode?) -> [String: String] {
        var values: [String: String] = [:]
        for entry in node?.entries ?? [] { values[entry.key] = entry.value.text }
        return values
    }
}
