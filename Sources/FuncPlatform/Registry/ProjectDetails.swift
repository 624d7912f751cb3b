import FuncKit

/// What people and clients say about a project; nothing in it changes what the platform does.
struct ProjectDetails: Hashable, Sendable {
    var displayName = ""
    var description = ""
    var labels: [String: String] = [:]
    var settings: [String: JSONValue] = [:]
    var resourceQuotas: [String: JSONValue] = [:]

    /// Bounds what is kept.
    /// - Throws: `invalid_argument` naming the field.
    func validate() throws {
        try Self.check(displayName.utf8.count, atMost: 255, of: "display_name")
        try Self.check(description.utf8.count, atMost: 4096, of: "description")
        let labelBytes = labels.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        try Self.check(labelBytes, atMost: 16 << 10, of: "labels")
        guard labels[""] == nil else { throw FuncError(.invalidArgument, "field 'labels' has a label without a name") }
        try Self.check(JSONValue.object(settings).document.count, atMost: 64 << 10, of: "settings")
        try Self.check(JSONValue.object(resourceQuotas).document.count, atMost: 16 << 10, of: "resource_quotas")
    }

    private static func check(_ bytes: Int, atMost limit: Int, of field: String) throws {
        guard bytes <= limit else {
            throw FuncError(.invalidArgument, "field '\(field)' has \(bytes) bytes, more than \(limit)")
        }
    }
}
