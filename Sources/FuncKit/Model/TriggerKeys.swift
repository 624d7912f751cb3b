/// Names of trigger types and of their settings, in every spelling that is met.
enum TriggerKeys {
    /// Types by spelling, lower case without `-` and `_`.
    static let types: [String: String] = [
        "http": TriggerSpec.http, "schedule": TriggerSpec.schedule, "scheduled": TriggerSpec.schedule,
        "cron": TriggerSpec.schedule, "event": TriggerSpec.event, "cloudevent": TriggerSpec.event,
        "messagequeue": TriggerSpec.messageQueue, "queue": TriggerSpec.messageQueue, "timer": TriggerSpec.timer,
        "interval": TriggerSpec.timer,
    ]

    /// Settings by type and spelling, lower case without `-` and `_`.
    private static let settings: [String: [String: String]] = [
        TriggerSpec.http: [
            "path": "path", "method": "method", "methods": "methods", "host": "host", "hosts": "allowed_hosts",
            "allowedhosts": "allowed_hosts", "auth": "auth", "auth.type": "auth", "authtype": "auth",
            "authentication": "auth", "authentication.type": "auth", "ratelimit": "rate_limit", "url": "url",
        ],
        TriggerSpec.schedule: [
            "cron": "cron", "schedule": "cron", "expression": "cron", "cronexpression": "cron", "rate": "cron",
            "timezone": "timezone", "tz": "timezone", "input": "input",
        ].merging(timed) { $1 },
        TriggerSpec.event: [
            "type": "event_type", "eventtype": "event_type", "events": "event_type", "filter.type": "event_type",
            "filters.type": "event_type", "source": "event_source", "eventsource": "event_source",
            "filter.source": "event_source", "filters.source": "event_source",
        ],
        TriggerSpec.messageQueue: [
            "topic": "topic", "queue": "topic", "queuename": "topic", "queuetype": "queue_type",
            "subscription": "subscription", "responsetopic": "response_topic", "errortopic": "error_topic",
            "maxretries": "max_retries", "contenttype": "content_type", "pollinginterval": "polling_interval",
            "batchsize": "batch_size", "visibilitytimeout": "visibility_timeout",
        ],
        TriggerSpec.timer: [
            "interval": "interval", "every": "interval", "rate": "interval", "period": "interval", "input": "input",
        ].merging(timed) { $1 },
    ]

    /// What triggers have in common that are about time.
    private static let timed: [String: String] = [
        "concurrencypolicy": "concurrency_policy", "concurrency": "concurrency_policy", "overlap": "concurrency_policy",
        "maxretries": "max_retries", "retries": "max_retries", "catchup": "catch_up",
    ]

    /// The one spelling of a setting; a key that is not known stays as it is.
    static func canonical(_ key: String, type: String) -> String {
        if let known = settings[type]?[squashed(key)] { return known }
        let plural = "filters."
        // Behind a list of filters stands the place in that list.
        guard type == TriggerSpec.event, key.hasPrefix(plural), key.dropFirst(plural.count).first?.isNumber == false
        else { return key }
        return "filter." + key.dropFirst(plural.count)
    }

    /// A name without what differs between styles of writing it.
    static func squashed(_ text: String) -> String {
        text.lowercased().filter { $0 != "_" && $0 != "-" }
    }
}
