import ArgumentParser
import FuncKit

/// What a trigger is to be.
struct TriggerOptions: ParsableArguments {
    /// Whether the trigger does anything.
    enum State: String, EnumerableFlag {
        case enabled, disabled

        static func help(for value: State) -> ArgumentHelp? {
            switch value {
            case .enabled: "Let the trigger call the function."
            case .disabled: "Keep the trigger without letting it call the function."
            }
        }
    }

    @Option(
        help: ArgumentHelp("Type: \(TriggerSpec.types.joined(separator: ", ")).", valueName: "type"),
        completion: .list(TriggerSpec.types)
    )
    var type: String?

    @Option(help: ArgumentHelp("Set any setting; repeatable.", valueName: "key=value"))
    var config: [KeyValue] = []

    @Option(help: ArgumentHelp("http: path on PROJECT.localhost, with all below it.", valueName: "path"))
    var path: String?

    @Option(help: ArgumentHelp("http: methods that are let through, such as GET,POST.", valueName: "list"))
    var methods: String?

    @Option(
        help: ArgumentHelp(
            "http: who may call: \(HTTPTriggerAuth.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "word"
        ),
        completion: .list(HTTPTriggerAuth.allCases.map(\.rawValue))
    )
    var auth: String?

    @Option(help: ArgumentHelp("schedule: cron fields, a macro such as @daily, or 'every 5m'.", valueName: "times"))
    var cron: String?

    @Option(help: ArgumentHelp("schedule: time zone, such as Asia/Tokyo; UTC by default.", valueName: "zone"))
    var timezone: String?

    @Option(help: ArgumentHelp("event: type that an event must have.", valueName: "type"))
    var eventType: String?

    @Option(help: ArgumentHelp("event: source that an event must have.", valueName: "source"))
    var eventSource: String?

    @Flag(exclusivity: .exclusive)
    var state: State?
}

extension TriggerOptions {
    /// The flags that stand for a setting: type, setting and value.
    private var named: [(type: String, key: String, value: String?)] {
        [
            (TriggerSpec.http, "path", path), (TriggerSpec.http, "methods", methods), (TriggerSpec.http, "auth", auth),
            (TriggerSpec.schedule, "cron", cron), (TriggerSpec.schedule, "timezone", timezone),
            (TriggerSpec.event, "event_type", eventType), (TriggerSpec.event, "event_source", eventSource),
        ]
    }

    /// The type that the flags are about, where they are about one.
    var impliedType: String? {
        let types = Set(named.filter { $0.value != nil }.map(\.type))
        return types.count == 1 ? types.first : nil
    }

    /// Whether no flag says anything.
    var isEmpty: Bool {
        type == nil && config.isEmpty && state == nil && named.allSatisfy { $0.value == nil }
    }

    /// A trigger with what the flags say, and without some of the settings that it had.
    /// - Throws: `invalid_argument` for a flag that is about another type.
    func applied(to spec: TriggerSpec, without removed: [String] = []) throws -> TriggerSpec {
        var spec = spec
        if let type { spec.type = type } else if spec.type.isEmpty { spec.type = impliedType ?? "" }
        if let state { spec.enabled = state == .enabled }
        // One method and several are two settings; whoever sets one means both.
        let isAboutMethods = ["method", "methods"].contains { key in
            removed.contains(key) || config.contains { $0.key == key } || methods != nil
        }
        for key in removed + (isAboutMethods ? ["method", "methods"] : []) { spec.config[key] = nil }
        for pair in config { spec.config[pair.key] = pair.value }
        for (type, key, value) in named {
            guard let value else { continue }
            guard type == spec.type.lowercased() else {
                throw FuncError(
                    .invalidArgument,
                    "'--\(key.replacing("_", with: "-"))' is for triggers of type '\(type)', not '\(spec.type)'"
                )
            }
            spec.config[key] = value
        }
        return spec
    }
}
