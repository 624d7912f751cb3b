import Foundation

/// Turns the bytes of a manifest into text.
public enum ManifestText {
    /// Decodes UTF-8, with or without a byte order mark.
    ///
    /// - Throws: `manifest_invalid`, located at the first byte that is not UTF-8, or for a file that is too large.
    public static func decode(_ data: Data, file: String) throws -> String {
        let start = SourceLocation(file: file, line: 1, column: 1)
        guard data.count <= YAMLDocument.Limits.bytes else {
            throw FuncError(
                .manifestInvalid,
                "the file has \(data.count) bytes, and a manifest may have \(YAMLDocument.Limits.bytes)",
                location: start
            )
        }
        if data.starts(with: [0xFF, 0xFE]) || data.starts(with: [0xFE, 0xFF]) {
            throw FuncError(
                .manifestInvalid,
                "the file is UTF-16, and a manifest must be UTF-8",
                hint: "save it as UTF-8",
                location: start
            )
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw FuncError(
                .manifestInvalid,
                "the file is not UTF-8",
                hint: "save it as UTF-8",
                location: firstFault(in: data, file: file)
            )
        }
        return text
    }

    private static func firstFault(in data: Data, file: String) -> SourceLocation {
        var decoder = UTF8()
        var bytes = data.makeIterator()
        var line = 1
        var column = 1
        while case .scalarValue(let scalar) = decoder.decode(&bytes) {
            if scalar == "\n" {
                line += 1
                column = 1
            } else {
                column += 1
            }
        }
        return SourceLocation(file: file, line: line, column: column)
    }
}
