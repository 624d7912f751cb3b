import Foundation
import FuncKit

/// A partial change of settings: fields that are missing stay, `null` goes back to the default.
///
/// `resources` and `scaling` are changed field by field; maps and lists are replaced, so that entries can be removed.
struct SettingsPatch: Sendable {
    /// Name of the function, where the client repeats it.
    let name: String?
    /// The active version's number that the client has seen.
    let ifVersion: Int?
    private let data: Data

    private static let merged: Set<String> = ["resources", "scaling"]

    /// Reads a request body.
    /// - Throws: `invalid_argument`.
    init(_ data: Data) throws {
        let head = try APIBody.decode(Head.self, from: data)
        // Finds wrong types before the change meets the settings in force.
        _ = try APIBody.decode(FunctionSettings.self, from: data)
        name = head.name
        ifVersion = head.ifVersion
        self.data = data
    }

    /// The settings after the change.
    /// - Throws: `invalid_argument`.
    func applied(to settings: FunctionSettings) throws -> FunctionSettings {
        let current = try Self.fields(JSONEncoder.functionAPI.encode(settings))
        var result = current
        for (key, value) in try Self.fields(data) {
            if Self.merged.contains(key), let changes = value as? [String: Any],
                let base = current[key] as? [String: Any]
            {
                result[key] = base.merging(changes) { $1 }
            } else {
                result[key] = value
            }
        }
        return try APIBody.decode(FunctionSettings.self, from: JSONSerialization.data(withJSONObject: result))
    }

    private static func fields(_ data: Data) throws -> [String: Any] {
        guard let fields = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw FuncError(.invalidArgument, "the request body is not an object")
        }
        return fields
    }

    private struct Head: Decodable {
        var name: String?
        var ifVersion: Int?

        enum CodingKeys: String, CodingKey {
            case name
            case ifVersion = "if_version"
        }
    }
}
