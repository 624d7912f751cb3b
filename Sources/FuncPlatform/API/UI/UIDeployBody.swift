import Foundation
import FuncKit

/// The console's ways of saying what a deploy body says: triggers as single words.
extension DeployBody {
    /// This body in canonical terms. A word stands for the triggers of that type among `current`, where there are any.
    /// - Throws: `invalid_argument` for a trigger that needs more than its type.
    func fromConsole(current: [TriggerSpec] = []) throws -> DeployBody {
        var body = self
        guard let triggers = fields["triggers"], triggers != .null else { return body }
        guard case .array(let items) = triggers else {
            throw FuncError.field("triggers", "field 'triggers' is not a list")
        }
        body.fields["triggers"] = .array(
            try items.flatMap { item -> [JSONValue] in
                guard case .string(let type) = item else { return [item] }
                let kept = current.filter { $0.type == type }
                if !kept.isEmpty { return try kept.map { try JSONValue(parsing: JSONEncoder.functionAPI.encode($0)) } }
                return try Self.triggers(of: type)
            }
        )
        return body
    }

    /// Every function has an address, so that "http" alone asks for nothing.
    private static func triggers(of type: String) throws -> [JSONValue] {
        switch type {
        case "http": return []
        case "event": return [.object(["name": .string("event"), "type": .string("event")])]
        default:
            throw FuncError.field(
                "triggers",
                "trigger '\(type)' of field 'triggers' needs settings of its own",
                hint: #"send an object: {"name":"nightly","type":"schedule","config":{"cron":"0 3 * * *"}}"#
            )
        }
    }
}
