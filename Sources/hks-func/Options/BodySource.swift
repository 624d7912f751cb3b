import Foundation
import FuncKit

/// Where a command's body comes from: a flag, a file, or standard input.
struct BodySource {
    /// Text of `--data`; `-` is standard input.
    var data: String?
    /// Path of `--file`; `-` is standard input.
    var file: String?

    /// A body and its place.
    struct Body {
        var bytes: Data
        /// File as it was named, or what else it came from.
        var name: String

        /// The body as JSON.
        /// - Throws: `invalid_argument`, located where it is malformed.
        func json() throws -> JSONValue {
            try JSONText.parse(bytes, file: name)
        }
    }

    /// What the flags name, or else what is piped in, if that is anything.
    func read(_ context: CommandContext) throws -> Body? {
        if let given = try given(context) { return given }
        guard let input = try context.readInput(), !input.isEmpty else { return nil }
        return Body(bytes: input, name: Self.inputName)
    }

    /// What the flags name.
    func given(_ context: CommandContext) throws -> Body? {
        if data == "-" { return try Self.contents(of: "-", context) }
        if let data { return Body(bytes: Data(data.utf8), name: "--data") }
        return try file.map { try Self.contents(of: $0, context) }
    }

    /// What a file holds; `-` is standard input.
    static func contents(of file: String, _ context: CommandContext) throws -> Body {
        if file == "-" { return Body(bytes: try context.readInput() ?? Data(), name: inputName) }
        let folder = URL(fileURLWithPath: context.workingFolder, isDirectory: true)
        do {
            return Body(bytes: try Data(contentsOf: URL(fileURLWithPath: file, relativeTo: folder)), name: file)
        } catch {
            throw FuncError(.invalidArgument, "cannot read '\(file)'", because: error)
        }
    }

    private static let inputName = "<stdin>"
}
