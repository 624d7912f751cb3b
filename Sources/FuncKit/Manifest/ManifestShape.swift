/// A rule for a piece of text, used by the validator and written into the schema.
struct TextRule: Sendable {
    /// What no pattern can say; the schema describes it in words.
    enum Meaning: Sendable {
        case runtime, cron, timeZone
    }

    /// The whole text has to match; the syntax is what Swift and ECMA-262 have in common. Nil for any text.
    var pattern: String?
    /// Allowed length in characters.
    var lengths = 0...4096
    /// Ends the sentence "must be …".
    var expectation: String
    /// Texts that match the pattern and are still taken: a pattern of its own, and why.
    var reserved: (pattern: String, reason: String)?
    var meaning: Meaning?
}

/// What a value of a manifest may look like.
indirect enum ManifestShape: Sendable {
    /// A text.
    case text(TextRule)
    /// Any scalar, taken as it is written: the value of an environment variable.
    case anyScalar
    case integer(ClosedRange<Int>)
    case boolean
    case choice([String])
    /// Whole seconds as a number, or text such as `1m30s`; bounds in milliseconds.
    case duration(ClosedRange<Int>, wholeSeconds: Bool)
    case memory
    case cpu
    /// A command line, or its words as a list.
    case words
    case list(of: ManifestShape, unique: Bool = false)
    case map(keys: TextRule, values: ManifestShape)
    case object([ManifestField])
    /// A text, or an object with these fields.
    case textOrObject(TextRule, [ManifestField])
    /// An object whose further fields depend on the value of one field.
    case variants(by: String, common: [ManifestField], cases: [ManifestVariant])
}

/// The fields that belong to one value of a deciding field.
struct ManifestVariant: Sendable {
    var value: String
    var summary: String
    var fields: [ManifestField]
}

/// One key of the manifest: the validator, the reader of older forms and the schema all work from these.
struct ManifestField: Sendable {
    var name: String
    var shape: ManifestShape
    var isRequired = false
    /// One sentence for the schema.
    var summary: String
    /// Values for the schema, in JSON.
    var examples: [String] = []
    /// What a missing key means, in JSON.
    var fallback: String?
}

extension ManifestShape {
    /// Whether an empty value (`environment:` with nothing behind it) stands for an empty collection.
    var isCollection: Bool {
        switch self {
        case .list, .map, .object, .textOrObject, .variants: true
        default: false
        }
    }
}
