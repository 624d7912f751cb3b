/// A rule for a piece of text, used by the validator and written into the schema.
struct TextRule: Sendable {
    /// What no pattern can say; the schema describes it in words.
    enum Meaning: Sendable {
        /// A known runtime, a schedule, a known time zone.
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
    /// What the text has to be beyond its pattern.
    var meaning: Meaning?
}

/// What a value of a manifest may look like.
indirect enum ManifestShape: Sendable {
    /// A text.
    case text(TextRule)
    /// Any scalar, taken as it is written: the value of an environment variable.
    case anyScalar
    /// A whole number in decimal.
    case integer(ClosedRange<Int>)
    /// True or false.
    case boolean
    /// One of these texts.
    case choice([String])
    /// Whole seconds as a number, or text such as `1m30s`; bounds in milliseconds.
    case duration(ClosedRange<Int>, wholeSeconds: Bool)
    /// A quantity of bytes.
    case memory
    /// A quantity of cores.
    case cpu
    /// A command line, or its words as a list.
    case words
    /// Values in a row, perhaps each at most once.
    case list(of: ManifestShape, unique: Bool = false)
    /// Keys of the user with values of one shape.
    case map(keys: TextRule, values: ManifestShape)
    /// These keys and no others.
    case object([ManifestField])
    /// A text, or an object with these fields, of which exactly one of those named is there.
    case textOrObject(TextRule, [ManifestField], exactlyOne: [String])
    /// An object whose further fields depend on the value of one field.
    case variants(by: String, common: [ManifestField], cases: [ManifestVariant])
}

/// The fields that belong to one value of a deciding field.
struct ManifestVariant: Sendable {
    /// Value of the deciding field.
    var value: String
    /// One sentence for the schema.
    var summary: String
    /// Fields that only this variant has.
    var fields: [ManifestField]
}

/// One key of the manifest: the validator, the reader of older forms and the schema all work from these.
struct ManifestField: Sendable {
    /// The key.
    var name: String
    /// What its value may look like.
    var shape: ManifestShape
    /// Whether the map is wrong without it.
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
