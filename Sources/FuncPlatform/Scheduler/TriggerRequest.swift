import Foundation
import FuncKit

/// Makes the requests that triggers send to their functions.
enum TriggerRequest {
    /// Attribute of an event that makes up for a time that was missed.
    static let catchUpAttribute = "catchup"

    /// The request for a time of a schedule. All attempts of one time have the same `id`, so that a function can tell
    /// that they are one.
    static func schedule(
        _ trigger: TriggerSpec,
        of function: String,
        id: String,
        scheduledTime: Date,
        firedTime: Date,
        attempt: Int = 1,
        isCatchUp: Bool = false
    ) throws -> InvokeRequest {
        var event = try EventRequest.schedule(
            trigger.name,
            scheduledTime: scheduledTime,
            firedTime: firedTime,
            attempt: attempt,
            input: trigger.config["input"],
            id: id,
            source: source(trigger, function)
        )
        if isCatchUp { event.extensions[catchUpAttribute] = "true" }
        return request(event)
    }

    /// A request with an event that passes the trigger's filter.
    static func sample(
        _ trigger: TriggerSpec,
        of function: String,
        id: String,
        now: Date,
        data: JSONValue?
    ) throws -> InvokeRequest {
        var event = CloudEvent(
            id: id,
            source: first(of: trigger.config["event_source"]) ?? source(trigger, function),
            type: first(of: trigger.config["event_type"]) ?? EventRequest.invokedType,
            time: now,
            dataContentType: "application/json",
            data: try (data ?? .object([:])).document
        )
        let prefix = "filter."
        for (key, value) in trigger.config where key.hasPrefix(prefix) {
            let attribute = String(key.dropFirst(prefix.count))
            guard CloudEvent.isAttributeName(attribute) else { continue }
            if attribute == "subject" { event.subject = value } else { event.extensions[attribute] = value }
        }
        return request(event)
    }

    private static func request(_ event: CloudEvent) -> InvokeRequest {
        InvokeRequest(method: "POST", headers: event.binaryHeaders, body: event.data)
    }

    private static func source(_ trigger: TriggerSpec, _ function: String) -> String {
        "/functions/\(function)/triggers/\(trigger.name)"
    }

    /// Lists are stored with commas; any of them passes the filter.
    private static func first(of list: String?) -> String? {
        list?.split(separator: ",").first.map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
