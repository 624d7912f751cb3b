extension ManifestFields {
    /// Keys that every trigger may have.
    static let trigger: [ManifestField] = [
        ManifestField(
            name: "name",
            shape: .text(.triggerName),
            isRequired: true,
            summary: "Unique within the function.",
            examples: ["\"api\""]
        ),
        ManifestField(
            name: "enabled",
            shape: .boolean,
            summary: "A disabled trigger keeps its settings and does nothing.",
            fallback: "true"
        ),
        ManifestField(
            name: "config",
            shape: .map(keys: .configKey, values: .anyScalar),
            summary: "Further settings of the trigger, passed on as they are."
        ),
    ]

    /// Keys that depend on what a trigger reacts to.
    static let triggerTypes: [ManifestVariant] = [
        ManifestVariant(
            value: "http",
            summary: "Calls the function for requests to a path.",
            fields: [
                ManifestField(
                    name: "path",
                    shape: .text(.path),
                    summary: "Path of the requests.",
                    examples: ["\"/hello\""]
                ),
                ManifestField(
                    name: "methods",
                    shape: .list(
                        of: .choice(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
                        unique: true
                    ),
                    summary: "Methods of the requests; all where it is missing.",
                    examples: ["[\"GET\", \"POST\"]"]
                ),
                ManifestField(
                    name: "auth",
                    shape: .choice(HTTPTriggerAuth.allCases.map(\.rawValue)),
                    summary:
                        "Who may call: anyone, holders of a valid JWT, or holders of credentials with the right to call.",
                    fallback: "\"public\""
                ),
                ManifestField(
                    name: "host",
                    shape: .text(.hostName),
                    summary:
                        "Further host on which the path is served; the local platform serves names below .localhost.",
                    examples: ["\"shop.localhost\""]
                ),
            ]
        ),
        ManifestVariant(
            value: "schedule",
            summary: "Calls the function at set times.",
            fields: [
                ManifestField(
                    name: "cron",
                    shape: .text(.cron),
                    isRequired: true,
                    summary: "Five or six cron fields, a macro such as @daily, or 'every 5m'.",
                    examples: ["\"0 3 * * *\"", "\"@hourly\""]
                ),
                ManifestField(
                    name: "timezone",
                    shape: .text(.timeZone),
                    summary: "Time zone of the IANA database in which the fields count.",
                    examples: ["\"Asia/Tokyo\""],
                    fallback: "\"UTC\""
                ),
            ] + timed
        ),
        ManifestVariant(
            value: "event",
            summary: "Calls the function for events that pass a filter.",
            fields: [
                ManifestField(
                    name: "filter",
                    shape: .map(keys: .attributeName, values: .text(.text)),
                    summary: "Attributes that an event must have, with these values.",
                    examples: ["{\"type\": \"com.example.order.created\"}"]
                )
            ]
        ),
        ManifestVariant(
            value: "messagequeue",
            summary: "Calls the function for messages of a topic.",
            fields: [
                ManifestField(
                    name: "topic",
                    shape: .text(.text),
                    isRequired: true,
                    summary: "Topic or queue to read from.",
                    examples: ["\"orders\""]
                )
            ]
        ),
        ManifestVariant(
            value: "timer",
            summary: "Calls the function again and again.",
            fields: [
                ManifestField(
                    name: "every",
                    shape: .duration(1_000...31_536_000_000, wholeSeconds: false),
                    isRequired: true,
                    summary: "Time between two calls.",
                    examples: ["\"5m\""]
                )
            ] + timed
        ),
    ]

    /// Keys of triggers that are about time.
    private static let timed: [ManifestField] = [
        ManifestField(
            name: "concurrencyPolicy",
            shape: .choice(TriggerSchedule.Overlap.allCases.map(\.rawValue)),
            summary:
                "What is done where a time comes while the last run is under way: skip it, run both, end the last.",
            fallback: "\"forbid\""
        ),
        ManifestField(
            name: "maxRetries",
            shape: .integer(0...TriggerSchedule.maxRetries),
            summary: "Further attempts after one that failed, before the next time comes.",
            fallback: "\(TriggerSchedule.defaultRetries)"
        ),
        ManifestField(
            name: "catchUp",
            shape: .duration(0...31_536_000_000, wholeSeconds: false),
            summary: "How late a time that was missed is still made up for; 0s for never.",
            examples: ["\"1h\""],
            fallback: "\"10m\""
        ),
    ]
}
