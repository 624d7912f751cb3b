import FuncKit

/// The names and forms in which clients write settings, brought to ours.
///
/// Where a request says the same thing twice, the canonical field wins.
enum SettingsAliases {
    /// The fields of a request under their canonical names. A field of the wrong type stays: whoever decodes it says so.
    /// - Throws: `invalid_argument` for a duration or an amount that cannot be read.
    static func canonical(_ given: [String: JSONValue]) throws -> [String: JSONValue] {
        var fields = given.filter { $0.value != .null || !aliases.contains($0.key) }
        rename(["environment_vars", "environment_variables", "env"], to: "environment", in: &fields)
        var resources = fields["resources"]
        let nested = take("timeout", from: &resources)
        try takeTimeout(nested, in: &fields)
        try takeMemory(into: &resources, from: &fields)
        if let cpu = fields.removeValue(forKey: "cpu"), cpu != .null { put(cpu.numberAsText, "cpu", into: &resources) }
        fields["resources"] = resources
        return fields
    }

    private static let aliases: Set = [
        "environment_vars", "environment_variables", "env", "timeout_seconds", "memory", "memory_mb", "cpu",
    ]

    private static func rename(_ names: [String], to canonical: String, in fields: inout [String: JSONValue]) {
        for name in names {
            guard let value = fields.removeValue(forKey: name) else { continue }
            if fields[canonical] == nil || fields[canonical] == .null { fields[canonical] = value }
        }
    }

    /// `timeout`, `timeout_seconds` or `resources.timeout`, as `30`, `"30"`, `"30s"` or `"1m30s"`.
    private static func takeTimeout(_ nested: JSONValue?, in fields: inout [String: JSONValue]) throws {
        let other = fields.removeValue(forKey: "timeout_seconds")
        let choices = [("timeout", fields["timeout"]), ("timeout_seconds", other), ("resources.timeout", nested)]
        guard
            let (name, value) = choices.lazy.compactMap({ name, value in value.map { (name, $0) } })
                .first(where: { $0.1 != .null })
        else { return }
        guard case .string(let text) = value else {
            fields["timeout"] = value
            return
        }
        let seconds = Int(text).map(Double.init) ?? APIQuery.seconds(text)
        guard let seconds, let whole = Int(exactly: seconds) else {
            throw FuncError.field(
                name,
                "value '\(text)' of field '\(name)' is not a number of seconds, or a duration such as '30s'"
            )
        }
        fields["timeout"] = .integer(whole)
    }

    /// `memory` is a quantity, or a number of MiB; `memory_mb` is such a number.
    private static func takeMemory(into resources: inout JSONValue?, from fields: inout [String: JSONValue]) throws {
        let given = ["memory", "memory_mb"].compactMap { name in
            fields.removeValue(forKey: name).map { (name, $0) }
        }
        guard let (name, value) = given.first else { return }
        switch value {
        case .integer(let number): put(.string("\(number)Mi"), "memory", into: &resources)
        case .string(let text) where !text.isEmpty && text.utf8.allSatisfy({ (48...57).contains($0) }):
            put(.string(text + "Mi"), "memory", into: &resources)
        case .string(let text) where name == "memory": put(.string(text), "memory", into: &resources)
        default: throw FuncError.field(name, "field '\(name)' is not a number of MiB, or an amount such as '256Mi'")
        }
    }

    private static func take(_ name: String, from resources: inout JSONValue?) -> JSONValue? {
        guard case .object(var members) = resources else { return nil }
        let value = members.removeValue(forKey: name)
        resources = .object(members)
        return value
    }

    private static func put(_ value: JSONValue, _ name: String, into resources: inout JSONValue?) {
        switch resources {
        case .object(var members):
            // An empty text is as good as none.
            if let present = members[name], present != .null, present != .string("") { return }
            members[name] = value
            resources = .object(members)
        case nil, .null: resources = .object([name: value])
        default: break
        }
    }
}

extension JSONValue {
    /// A number as text, as quantities are written; all else as it is.
    var numberAsText: JSONValue {
        switch self {
        case .integer(let number): .string(String(number))
        case .number(let number): .string(String(number))
        default: self
        }
    }

    /// The text of a string or a whole number: `3` and `"3"` name the same version.
    var plainText: String? {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        default: nil
        }
    }
}
