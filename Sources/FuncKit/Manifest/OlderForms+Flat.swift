extension OlderForms {
    private static let versionReason = "each deploy numbers its version; use 'hks-func deploy --tag' for a name"
    private static let buildReason = "sources are built without containers and their tools"

    /// Keys of the tool before this one: `template`, `version`, `deploy`, `events`, `build.builder`.
    mutating func convertFlatForm(_ root: YAMLNode) {
        for entry in root.entries {
            switch entry.key {
            case "template": move(entry, from: "template", to: "type")
            case "version": drop(entry, "version", because: Self.versionReason)
            case "deploy": convertDeploy(entry)
            case "events": convertEvents(entry)
            case "build": convertBuild(entry)
            default: keep(entry)
            }
        }
    }

    private mutating func convertDeploy(_ deploy: YAMLNode.Entry) {
        let known = [
            "autoscaling", "resources", "timeout", "concurrency", "labels", "annotations", "namespace", "registry",
        ]
        for entry in map(deploy, "deploy") {
            let old = "deploy.\(entry.key)"
            switch entry.key {
            case "autoscaling": move(entry, from: old, to: "scaling")
            case "resources", "timeout", "concurrency", "labels", "annotations": move(entry, from: old, to: entry.key)
            case "namespace": drop(entry, old, because: "the context or '--project' names the project")
            case "registry": drop(entry, old, because: "no container image is pushed")
            default: refuseUnknown(entry, in: "deploy", known: known)
            }
        }
    }

    private mutating func convertBuild(_ build: YAMLNode.Entry) {
        guard build.value.isMap else { return keep(build) }
        var kept: [YAMLNode.Entry] = []
        for entry in build.value.entries {
            if ["builder", "buildArgs", "dockerfile"].contains(entry.key) {
                drop(entry, "build.\(entry.key)", because: Self.buildReason)
            } else {
                kept.append(entry)
            }
        }
        guard !kept.isEmpty || build.value.entries.isEmpty else { return }
        var build = build
        build.value.entries = kept
        keep(build)
    }

    private mutating func convertEvents(_ events: YAMLNode.Entry) {
        guard events.value.isList || events.value.isNull else {
            refuse("'events' must be a list, not \(events.value.whatItIs)", at: events.value.mark)
            return
        }
        let triggers = events.value.items.enumerated().map { index, item in
            eventTrigger(item, name: "event-\(index + 1)")
        }
        guard !triggers.isEmpty else { return drop(events, "events", because: "it is empty") }
        notice("'events' is now 'triggers' of type event", at: events.keyMark)
        add(
            "triggers",
            YAMLNode(content: .list(triggers), mark: events.value.mark, isFlow: events.value.isFlow),
            for: events,
            from: "events"
        )
    }

    /// `{type, source, filter}` as a trigger: type and source are attributes to filter by.
    private mutating func eventTrigger(_ item: YAMLNode, name: String) -> YAMLNode {
        var filter: [YAMLNode.Entry] = []
        if !item.isMap { refuse("an event must be a map with 'type', 'source' or 'filter'", at: item.mark) }
        for entry in item.entries {
            switch entry.key {
            case "type", "source": filter.append(entry)
            case "filter": filter += map(entry, "filter")
            default: refuseUnknown(entry, in: "events", known: ["type", "source", "filter"])
            }
        }
        return trigger(name: name, type: "event", at: item.mark, [("filter", filter)])
    }

    /// A trigger with maps of its own; empty ones are left out.
    func trigger(name: String, type: String, at mark: SourceMark, _ maps: [(String, [YAMLNode.Entry])]) -> YAMLNode {
        var entries = [
            YAMLNode.Entry(key: "name", keyMark: mark, value: .text(name, at: mark)),
            YAMLNode.Entry(key: "type", keyMark: mark, value: .text(type, at: mark)),
        ]
        for (key, map) in maps where !map.isEmpty {
            let value = YAMLNode(content: .map(map), mark: map.first?.keyMark ?? mark)
            entries.append(YAMLNode.Entry(key: key, keyMark: value.mark, value: value))
        }
        return YAMLNode(content: .map(entries), mark: mark)
    }
}
