/// The JSON Schema of `function.yaml`, for editors and other tools.
///
/// It is written from the table that the validator checks against. What a schema cannot say (names of runtimes,
/// relations between values) only the validator knows.
public enum ManifestSchema {
    /// The schema, in the 2020-12 dialect.
    public static let json: String = {
        var members: [(String, OrderedJSON)] = [
            ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
            ("title", .string("function.yaml")),
            ("description", .string("What a function is: its code, its instances, and what calls it.")),
        ]
        members += object(ManifestFields.root)
        return OrderedJSON.object(members).text + "\n"
    }()

    private static func object(_ fields: [ManifestField]) -> [(String, OrderedJSON)] {
        var members: [(String, OrderedJSON)] = [
            ("type", .string("object")),
            ("properties", .object(fields.map { ($0.name, property($0)) })),
            ("additionalProperties", .boolean(false)),
        ]
        let required = fields.filter(\.isRequired).map { OrderedJSON.string($0.name) }
        if !required.isEmpty { members.append(("required", .array(required))) }
        return members
    }

    private static func required(_ name: String) -> OrderedJSON {
        .object([("required", .array([.string(name)]))])
    }

    private static func property(_ field: ManifestField) -> OrderedJSON {
        var members: [(String, OrderedJSON)] = [("description", .string(field.summary))]
        members += orEmpty(field.shape)
        if let fallback = field.fallback { members.append(("default", .raw(fallback))) }
        if !field.examples.isEmpty { members.append(("examples", .array(field.examples.map { .raw($0) }))) }
        return .object(members)
    }

    /// A key with nothing behind it is null in JSON, and stands for an empty collection.
    private static func orEmpty(_ shape: ManifestShape) -> [(String, OrderedJSON)] {
        guard shape.isCollection else { return members(of: shape) }
        return members(of: shape).map { key, value in
            guard key == "type", case .string(let type) = value else { return (key, value) }
            return (key, .array([.string(type), .string("null")]))
        }
    }

    private static func members(of shape: ManifestShape) -> [(String, OrderedJSON)] {
        switch shape {
        case .text(let rule): text(rule)
        case .anyScalar: [("type", .array(["string", "number", "boolean"].map { .string($0) }))]
        case .boolean: [("type", .string("boolean"))]
        case .integer(let range): integer(range)
        case .choice(let choices): [("enum", .array(choices.map { .string($0) }))]
        case .duration(let range, _):
            either(
                integer((range.lowerBound + 999) / 1_000...range.upperBound / 1_000),
                pattern(DurationText.pattern)
            )
        case .memory: either(integer(1 << 20...1 << 40), pattern(Quantity.pattern))
        case .cpu: either([("type", .string("number")), ("exclusiveMinimum", .integer(0))], pattern(Quantity.pattern))
        case .words:
            either(
                [("type", .string("string"))],
                [("type", .string("array")), ("items", .object([("type", .string("string"))]))]
            )
        case .list(let item, let unique):
            [("type", .string("array")), ("items", .object(members(of: item)))]
                + (unique ? [("uniqueItems", .boolean(true))] : [])
        case .map(let keys, let values):
            [
                ("type", .string("object")),
                ("propertyNames", .object(text(keys).filter { $0.0 != "type" })),
                ("additionalProperties", .object(orEmpty(values))),
            ]
        case .object(let fields): object(fields)
        case .textOrObject(let rule, let fields, let exactlyOne):
            either(text(rule), object(fields) + [("oneOf", .array(exactlyOne.map(required)))])
        case .variants(let deciding, let common, let cases):
            [("oneOf", .array(cases.map { variant($0, deciding: deciding, common: common) }))]
        }
    }

    private static func variant(
        _ variant: ManifestVariant,
        deciding: String,
        common: [ManifestField]
    ) -> OrderedJSON {
        let own = ManifestField(
            name: deciding,
            shape: .choice([variant.value]),
            isRequired: true,
            summary: variant.summary
        )
        return .object([("title", .string(variant.value))] + object([own] + common + variant.fields))
    }

    private static func text(_ rule: TextRule) -> [(String, OrderedJSON)] {
        var members: [(String, OrderedJSON)] = [("type", .string("string"))]
        if rule.lengths.lowerBound > 0 { members.append(("minLength", .integer(rule.lengths.lowerBound))) }
        members.append(("maxLength", .integer(rule.lengths.upperBound)))
        if let pattern = rule.pattern { members.append(("pattern", .string("^(?:\(pattern))$"))) }
        if let reserved = rule.reserved {
            members.append(("not", .object([("pattern", .string("^(?:\(reserved.pattern))$"))])))
        }
        return members
    }

    private static func pattern(_ pattern: String) -> [(String, OrderedJSON)] {
        [("type", .string("string")), ("pattern", .string("^(?:\(pattern))$"))]
    }

    private static func integer(_ range: ClosedRange<Int>) -> [(String, OrderedJSON)] {
        [
            ("type", .string("integer")),
            ("minimum", .integer(range.lowerBound)),
            ("maximum", .integer(range.upperBound)),
        ]
    }

    private static func either(_ alternatives: [(String, OrderedJSON)]...) -> [(String, OrderedJSON)] {
        [("anyOf", .array(alternatives.map { .object($0) }))]
    }
}
