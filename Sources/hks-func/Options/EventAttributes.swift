import ArgumentParser
import Foundation
import FuncKit

/// The attributes of an event as `--event` takes them: `type=com.example.made,source=/shop`.
struct EventAttributes {
    private static let source = "/hks-func/invoke"

    private var values: [String: String] = [:]

    /// Takes the text apart.
    /// - Throws: a usage fault naming the attribute.
    init(_ text: String) throws {
        for item in text.split(separator: ",") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = parts[0].trimmingCharacters(in: .whitespaces)
            guard parts.count == 2, CloudEvent.isAttributeName(name) else {
                throw ValidationError("--event takes attributes as name=value, names of a-z and 0-9, not '\(item)'")
            }
            guard !["specversion", "data"].contains(name) else {
                throw ValidationError("--event cannot set '\(name)'" + (name == "data" ? ": use --data" : ""))
            }
            guard values.updateValue(String(parts[1]), forKey: name) == nil else {
                throw ValidationError("--event has '\(name)' twice")
            }
        }
        guard values["type"]?.isEmpty == false else {
            throw ValidationError("--event needs a type: --event type=com.example.made")
        }
        for name in ["id", "source", "subject"] where values[name]?.isEmpty == true {
            throw ValidationError("--event has nothing for '\(name)'")
        }
        if let time = values["time"], WireDate.parse(time) == nil {
            throw ValidationError("--event has the time '\(time)'; write it as 2026-01-31T12:00:00Z")
        }
    }

    /// What is taken for attributes that an event needs and nobody gave.
    static func defaults() -> CloudEventDocument.Defaults {
        CloudEventDocument.Defaults(id: UUID().uuidString.lowercased(), source: source)
    }

    /// The event with a body as its data.
    func event(_ contentType: String?, _ body: Data?, _ now: Date) throws -> CloudEvent {
        var rest = values
        let defaults = Self.defaults()
        return CloudEvent(
            id: rest.removeValue(forKey: "id") ?? defaults.id,
            source: rest.removeValue(forKey: "source") ?? defaults.source,
            type: rest.removeValue(forKey: "type") ?? "",
            subject: rest.removeValue(forKey: "subject"),
            time: rest.removeValue(forKey: "time").flatMap(WireDate.parse) ?? now,
            dataContentType: rest.removeValue(forKey: "datacontenttype") ?? contentType,
            extensions: rest,
            data: body
        )
    }
}
