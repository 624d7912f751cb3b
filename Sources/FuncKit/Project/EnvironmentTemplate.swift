import Foundation

/// A value with references to variables in it, such as `http://${HOST:-localhost}/`.
public struct EnvironmentTemplate: Hashable, Sendable {
    /// A `${…}` in a value.
    public struct Reference: Hashable, Sendable {
        /// What stands before the colon or the end: `NAME`, or `env:NAME`.
        public var name: String
        /// The text behind `:-`, itself a template; nil if there is none.
        public var fallback: EnvironmentTemplate?
        /// Where the `$` stands.
        public var location: SourceLocation
    }

    /// A stretch of the value.
    public enum Part: Hashable, Sendable {
        /// Text that stays as it is.
        case literal(String)
        /// A reference that is to be replaced.
        indirect case reference(Reference)
    }

    /// The value from left to right.
    public private(set) var parts: [Part] = []

    /// An empty value.
    public init() {}

    /// Reads a manifest value: `${env:NAME}` and `${env:NAME:-default}` are references, and `$${` is a plain `${`.
    ///
    /// - Parameters:
    ///   - text: The value as it stands in the manifest.
    ///   - location: Where the value starts, for messages.
    /// - Throws: ``FuncError`` with code `environment_invalid`.
    public init(manifestValue text: String, location: SourceLocation) throws(FuncError) {
        var cursor = TextCursor(text, file: location.file, at: location)
        while let character = cursor.peek() {
            if character == "$", cursor.peek(1) == "$", cursor.peek(2) == "{" {
                cursor.advance(3)
                append(literal: "${")
            } else if character == "$", cursor.peek(1) == "{" {
                try append(Self.reference(&cursor, at: location, prefix: "env:"))
            } else {
                cursor.advance()
                append(literal: String(character))
            }
        }
    }

    /// Whether the value refers to a variable, also from within a default.
    func references(_ name: String) -> Bool {
        parts.contains { part in
            guard case .reference(let reference) = part else { return false }
            return reference.name == name || reference.fallback?.references(name) == true
        }
    }

    /// Whether nothing was read.
    var isEmpty: Bool { parts.isEmpty }

    /// Adds text at the end.
    mutating func append(literal text: String) {
        guard !text.isEmpty else { return }
        if case .literal(let before) = parts.last {
            parts[parts.count - 1] = .literal(before + text)
        } else {
            parts.append(.literal(text))
        }
    }

    /// Adds a reference at the end.
    mutating func append(_ reference: Reference) {
        parts.append(.reference(reference))
    }

    /// The value with each reference replaced by what `lookup` gives, by its default, or else refused.
    ///
    /// - Throws: ``FuncError`` with code `environment_invalid` for a reference that has neither.
    func expanded(_ key: String, lookup: (String) -> String?) throws(FuncError) -> String {
        var text = ""
        for part in parts {
            switch part {
            case .literal(let literal): text += literal
            case .reference(let reference):
                // As in a shell, `:-` also replaces a value that is empty.
                if let value = lookup(reference.name), reference.fallback == nil || !value.isEmpty {
                    text += value
                } else if let fallback = reference.fallback {
                    text += try fallback.expanded(key, lookup: lookup)
                } else {
                    throw FuncError(
                        .environmentInvalid,
                        "the value of '\(key)' refers to '${\(reference.name)}', which is not set",
                        hint: "set it, or give a default: ${\(reference.name):-default}",
                        location: reference.location
                    )
                }
            }
        }
        return text
    }

    /// Reads a reference; the cursor stands at its `$`.
    ///
    /// - Parameters:
    ///   - cursor: Where to read.
    ///   - location: Place to report instead of the cursor's, for values whose own place is not known exactly.
    ///   - prefix: What the name must start with.
    /// - Returns: The reference; the cursor stands behind its `}`.
    /// - Throws: ``FuncError`` with code `environment_invalid`.
    static func reference(
        _ cursor: inout TextCursor,
        at location: SourceLocation? = nil,
        prefix: String = ""
    ) throws(FuncError) -> Reference {
        let start = location ?? cursor.location
        cursor.advance(2)
        let name = cursor.takeAll { $0 != "}" && $0 != "\n" && $0 != "-" && $0 != "$" && $0 != "{" }
        let bare = name.hasSuffix(":") ? String(name.dropLast()) : name
        let form = "write ${\(prefix)NAME} or ${\(prefix)NAME:-default}"
        let isReference = bare.hasPrefix(prefix) && EnvironmentName.isValid(String(bare.dropFirst(prefix.count)))
        guard isReference else { throw cursor.fault("'${\(bare)' is not a reference", at: start, hint: form) }
        if cursor.take("}"), name == bare { return Reference(name: bare, fallback: nil, location: start) }
        guard name != bare, cursor.take("-") else {
            throw cursor.fault("'${\(bare)' is not closed", at: start, hint: form)
        }
        var fallback = EnvironmentTemplate()
        while let character = cursor.peek(), character != "\n" {
            if cursor.take("}") { return Reference(name: bare, fallback: fallback, location: start) }
            if character == "$", cursor.peek(1) == "{" {
                fallback.append(try Self.reference(&cursor, at: location, prefix: prefix))
            } else {
                cursor.advance()
                fallback.append(literal: String(character))
            }
        }
        throw cursor.fault("'${\(bare)' is not closed", at: start, hint: form)
    }
}
