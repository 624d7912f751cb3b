import FuncKit

/// A function in the canonical dialect: FuncKit's own form and the fields that clients of the other dialects read there.
struct CanonicalFunction: Encodable {
    var function: Function

    func encode(to encoder: any Encoder) throws {
        try function.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        let number = function.activeVersionNumber ?? function.latestVersionNumber
        try container.encodeIfPresent(number.map { "v\($0)" }, forKey: .version)
        try container.encode(function.settings.memoryMB, forKey: .memory)
    }

    private enum CodingKeys: String, CodingKey {
        case version, memory
    }
}

extension FunctionSettings {
    /// Memory of one instance in MiB, the platform's default included.
    var memoryMB: Int { InstanceEnvironment.memoryBytes(resources) >> 20 }
}
