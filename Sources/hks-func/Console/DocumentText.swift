import Foundation
import FuncKit

/// Values as the documents that programs read.
enum DocumentText {
    /// Indented JSON with sorted keys and a line end.
    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder.functionAPI
        encoder.outputFormatting.insert(.prettyPrinted)
        return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    }

    /// JSON on one line.
    static func jsonLine(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder.functionAPI.encode(value), as: UTF8.self) + "\n"
    }

    /// The same document as YAML.
    static func yaml(_ value: some Encodable) throws -> String {
        try YAMLText.from(json: JSONEncoder.functionAPI.encode(value))
    }
}
