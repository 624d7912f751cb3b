/// The rules for names and texts in a manifest.
extension TextRule {
    /// Name of a function: a DNS label, as it is part of a host name.
    static let functionName = TextRule(
        pattern: "[a-z0-9]([-a-z0-9]*[a-z0-9])?",
        lengths: 1...63,
        expectation: "1 to 63 lower-case letters, digits and dashes, with a letter or digit at both ends",
        reserved: ("capabilities|invocations|provider|sources", "is part of the server's own addresses")
    )
    /// Name of a trigger.
    static let triggerName = TextRule(
        pattern: "[a-z0-9]([-a-z0-9]*[a-z0-9])?",
        lengths: 1...63,
        expectation: "1 to 63 lower-case letters, digits and dashes, with a letter or digit at both ends"
    )
    /// Name of a profile, which is part of file names such as `.env.production`.
    static let profileName = TextRule(
        pattern: "[A-Za-z0-9][-_A-Za-z0-9]*",
        lengths: 1...63,
        expectation: "1 to 63 letters, digits, dashes and underscores"
    )
    /// Variable of the function's own.
    static let environmentName = TextRule(
        pattern: "[A-Za-z_][A-Za-z0-9_]*",
        lengths: 1...256,
        expectation: "letters, digits and underscores, not starting with a digit",
        reserved: ("PORT|K_.*|HKS_.*", "is set by the platform")
    )
    /// Name of a stored secret.
    static let secretName = TextRule(
        pattern: "[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?",
        lengths: 1...253,
        expectation: "letters, digits, dashes, dots and underscores"
    )
    /// Path of a secret's file.
    static let secretPath = TextRule(
        pattern: SecretPath.pattern,
        lengths: 1...SecretPath.maxLength,
        expectation: SecretPath.expectation
    )
    /// Runtime with or without a version.
    static let runtime = TextRule(
        pattern: "[.A-Za-z][-.A-Za-z0-9]*",
        lengths: 1...50,
        expectation: "a language with or without a version, such as python3.11 or nodejs",
        meaning: .runtime
    )
    /// Entry point inside the source folder.
    static let handler = TextRule(
        pattern: "(?!.*\\.\\.)([A-Za-z0-9_$][-A-Za-z0-9_$.:/]*)?",
        lengths: 0...255,
        expectation: "a file and a function, such as main.handler"
    )
    /// Line for people.
    static let description = TextRule(lengths: 0...1024, expectation: "at most 1024 characters of text")
    /// Text of any form.
    static let text = TextRule(expectation: "at most 4096 characters of text")
    /// Pattern of an ignore file.
    static let filePattern = TextRule(
        pattern: "[^\\n\\r]+",
        lengths: 1...1024,
        expectation: "a pattern in the syntax of .gitignore"
    )
    /// Path of an http trigger.
    static let path = TextRule(
        pattern: "/[^\\s?#]*",
        lengths: 1...1024,
        expectation: "a path that starts with '/', without spaces, '?' and '#'"
    )
    /// Host of an http trigger.
    static let hostName = TextRule(
        pattern: "[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-_a-z0-9]*[a-z0-9])?)+",
        lengths: 1...253,
        expectation: "a host name such as shop.localhost, in lower case, without scheme and port"
    )
    /// Times of a schedule.
    static let cron = TextRule(
        lengths: 1...256,
        expectation: "five or six cron fields, a macro such as @daily, or 'every 5m'",
        meaning: .cron
    )
    /// Time zone of a schedule.
    static let timeZone = TextRule(
        pattern: "[A-Za-z][-+_A-Za-z0-9]*(/[-+_A-Za-z0-9]+)*",
        lengths: 1...64,
        expectation: "a time zone of the IANA database, such as Asia/Tokyo",
        meaning: .timeZone
    )
    /// Attribute of a CloudEvent (CloudEvents 1.0.2, "Attribute Naming Convention").
    static let attributeName = TextRule(
        pattern: "[a-z0-9]+",
        lengths: 1...64,
        expectation: "the name of a CloudEvents attribute: lower-case letters and digits"
    )
    /// Key of a trigger's further settings.
    static let configKey = TextRule(
        pattern: "[A-Za-z][-_.A-Za-z0-9]*",
        lengths: 1...128,
        expectation: "letters, digits, dashes, dots and underscores"
    )
    /// Kubernetes: an optional DNS prefix, a slash, and a name.
    static let labelKey = TextRule(
        pattern: "([a-z0-9][-.a-z0-9]*/)?[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?",
        lengths: 1...317,
        expectation: "letters, digits, dashes, dots and underscores, perhaps behind a domain and '/'"
    )
    /// Kubernetes: a short value that selectors can name.
    static let labelValue = TextRule(
        pattern: "([A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?)?",
        lengths: 0...63,
        expectation: "at most 63 letters, digits, dashes, dots and underscores"
    )
}
