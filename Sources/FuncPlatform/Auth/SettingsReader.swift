import Foundation
import FuncKit

/// Reads an object of a settings file, with errors that name file and place.
struct SettingsReader {
    let file: String
    let place: String
    private let fields: [String: JSONValue]?

    init(file: String, place: String, value: JSONValue) {
        self.file = file
        self.place = place
        if case .object(let fields) = value { self.fields = fields } else { fields = nil }
    }

    /// Refuses what is no object, and keys that nobody reads.
    /// - Throws: `config_invalid`.
    func allow(_ keys: [String]) throws {
        guard let fields else { throw fault("is not an object") }
        for key in fields.keys.sorted() where !keys.contains(key) {
            let near = NearestMatch.of(key, in: keys)
            throw fault(
                "unknown key '\(key)'",
                hint: near.map { "did you mean '\($0)'?" } ?? "known are " + keys.joined(separator: ", ")
            )
        }
    }

    func text(_ key: String) throws -> String? {
        switch fields?[key] {
        case nil, .null: return nil
        case .string(let text) where !text.isEmpty: return text
        default: throw fault("'\(key)' is not a text")
        }
    }

    func required(_ key: String) throws -> String {
        guard let text = try text(key) else { throw fault("'\(key)' is missing") }
        return text
    }

    /// A list of texts, or one text.
    func texts(_ key: String) throws -> [String] {
        guard case .array(let values)? = fields?[key] else { return try text(key).map { [$0] } ?? [] }
        return try values.map { value in
            guard case .string(let text) = value, !text.isEmpty else { throw fault("'\(key)' is not a list of texts") }
            return text
        }
    }

    func count(_ key: String) throws -> Int? {
        switch fields?[key] {
        case nil, .null: return nil
        case .integer(let number) where (0...1_000_000).contains(number): return number
        default: throw fault("'\(key)' is not a number from 0 to 1000000")
        }
    }

    func choice<Choice>(_ key: String, of type: Choice.Type) throws -> Choice?
    where Choice: CaseIterable & RawRepresentable, Choice.RawValue == String {
        guard let text = try text(key) else { return nil }
        return try self.choice(text, of: type, named: key)
    }

    /// An object whose values are choices.
    func map<Choice>(_ key: String, of type: Choice.Type) throws -> [String: Choice]
    where Choice: CaseIterable & RawRepresentable, Choice.RawValue == String {
        switch fields?[key] {
        case nil, .null: return [:]
        case .object(let values):
            return try values.reduce(into: [:]) { result, item in
                guard case .string(let text) = item.value else { throw fault("'\(key).\(item.key)' is not a text") }
                result[item.key] = try choice(text, of: type, named: "\(key).\(item.key)")
            }
        default: throw fault("'\(key)' is not an object")
        }
    }

    /// The objects of a list.
    func list(_ key: String) throws -> [SettingsReader] {
        switch fields?[key] {
        case nil, .null: return []
        case .array(let values):
            return values.enumerated().map { index, value in
                SettingsReader(file: file, place: "\(place)\(key)[\(index)]: ", value: value)
            }
        default: throw fault("'\(key)' is not a list")
        }
    }

    /// Keys that come over a plain connection could be anyone's; on this machine they cannot.
    func checkURL(_ text: String, key: String) throws {
        guard WebAddress.isTrustworthy(text) else {
            throw fault("'\(key)' is '\(text)'", hint: "it must be an https URL, or http on a loopback address")
        }
    }

    func fault(_ text: String, hint: String? = nil) -> FuncError {
        FuncError(
            .configInvalid,
            "'\(file)': \(place)\(text)",
            hint: hint ?? "see 'Signing in' in docs/security.md for what the file may hold"
        )
    }

    private func choice<Choice>(_ text: String, of type: Choice.Type, named key: String) throws -> Choice
    where Choice: CaseIterable & RawRepresentable, Choice.RawValue == String {
        guard let choice = Choice(rawValue: text) else {
            let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw fault("'\(key)' is '\(text)'", hint: "it is one of \(names)")
        }
        return choice
    }
}
