import Foundation
import FuncKit

/// Puts entries into a `launch.json`, and leaves all else in it as it is: comments, order, layout.
public struct LaunchFile: Sendable {
    /// What is written where there is no file.
    static let empty = "{\n  \"version\": \"0.2.0\",\n  \"configurations\": []\n}\n"

    /// Path of the file, such as `/home/me/shop/.vscode/launch.json`.
    public let path: String

    /// Names the file of an editor's folder.
    public init(workspace: String) {
        path = workspace + "/.vscode/launch.json"
    }

    /// Adds the entries, each in the place of the one of its name where there is one.
    ///
    /// - Returns: Whether the file changed.
    /// - Throws: `config_invalid` for a file that is not what an editor could read, with its place; `file_system`.
    @discardableResult
    public func merge(_ entries: [LaunchEntry]) throws -> Bool {
        let before = try read()
        var text = before ?? Self.empty
        for entry in entries { text = try Self.merging(entry, into: text, file: path) }
        guard text != before else { return false }
        do {
            try FileManager.default.createDirectory(
                at: URL(fileURLWithPath: path).deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            // A link stays one, and what it leads to is replaced.
            let file = URL(fileURLWithPath: path).resolvingSymlinksInPath()
            // None where there is no file yet.
            let mode = try? FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions]
            try Data(text.utf8).write(to: file, options: .atomic)
            if let mode { try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path) }
        } catch {
            throw FuncError(.fileSystem, "cannot write '\(path)'", because: error)
        }
        return true
    }

    private func read() throws -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            let text = try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)
            return text.allSatisfy(\.isWhitespace) ? nil : text
        } catch {
            throw FuncError(.fileSystem, "cannot read '\(path)' as text", because: error)
        }
    }

    /// The text with one entry in it.
    static func merging(_ entry: LaunchEntry, into text: String, file: String) throws -> String {
        var scanner = CommentedJSON(text, file: file)
        let root = try scanner.document()
        guard case .object(let members) = root.content else {
            throw scanner.fault("the file is not a JSON object", at: root.range.lowerBound)
        }
        guard let list = members.last(where: { $0.name == "configurations" })?.value else {
            let member = "  \"configurations\": [\n\(lines(of: entry, margin: "    "))\n  ]"
            return insert(member, into: Array(text.utf8), root)
        }
        guard case .array(let items) = list.content else {
            throw scanner.fault("'configurations' is not a list", at: list.range.lowerBound)
        }
        if let present = items.last(where: { $0.text(of: "name") == entry.name }) {
            return replace(present, by: entry, in: text)
        }
        let bytes = Array(text.utf8)
        let margin = items.last.flatMap { ownMargin(of: $0, in: bytes) } ?? "    "
        return insert(lines(of: entry, margin: margin), into: bytes, list)
    }

    /// The entry behind a margin, with tabs where the file has them.
    private static func lines(of entry: LaunchEntry, margin: String) -> String {
        let step = margin.contains("\t") ? "\t" : "  "
        return entry.text.split(separator: "\n").map { line in
            let depth = line.prefix { $0 == " " }.count / 2
            return margin + String(repeating: step, count: depth) + line.drop { $0 == " " }
        }
        .joined(separator: "\n")
    }

    /// The margin of a value that begins its line.
    private static func ownMargin(of value: CommentedJSON.Value, in bytes: [UInt8]) -> String? {
        let margin = Self.margin(of: value.range.lowerBound, in: bytes)
        let before = value.range.lowerBound - margin.utf8.count - 1
        return before >= 0 && bytes[before] == UInt8(ascii: "\n") ? margin : nil
    }

    private static func replace(_ present: CommentedJSON.Value, by entry: LaunchEntry, in text: String) -> String {
        let bytes = Array(text.utf8)
        let margin = Self.margin(of: present.range.lowerBound, in: bytes)
        return splice(String(lines(of: entry, margin: margin).dropFirst(margin.count)), into: bytes, at: present.range)
    }

    /// Puts whole lines at the end of a list or object, behind the comments there.
    private static func insert(_ lines: String, into bytes: [UInt8], _ container: CommentedJSON.Value) -> String {
        let close = container.range.upperBound - 1
        let margin = Self.margin(of: close, in: bytes)
        let lineStart = close - margin.utf8.count
        let hasOwnLine = lineStart > 0 && bytes[lineStart - 1] == UInt8(ascii: "\n")
        let place = hasOwnLine ? lineStart - 1 : close
        let addition = "\n" + lines + (hasOwnLine ? "" : "\n" + lineMargin(of: close, in: bytes))
        var text = splice(addition, into: bytes, at: place..<place)
        if let end = container.lastEnd, !container.hasTrailingComma {
            text = splice(",", into: Array(text.utf8), at: end..<end)
        }
        return text
    }

    /// The blanks right before a place.
    private static func margin(of place: Int, in bytes: [UInt8]) -> String {
        let blanks = bytes[..<place].reversed().prefix { $0 == 0x20 || $0 == 0x09 }
        return String(decoding: blanks.reversed(), as: UTF8.self)
    }

    /// The blanks at the beginning of the line of a place.
    private static func lineMargin(of place: Int, in bytes: [UInt8]) -> String {
        let start = bytes[..<place].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return String(decoding: bytes[start..<place].prefix { $0 == 0x20 || $0 == 0x09 }, as: UTF8.self)
    }

    private static func splice(_ text: String, into bytes: [UInt8], at range: Range<Int>) -> String {
        String(decoding: bytes[..<range.lowerBound] + Array(text.utf8) + bytes[range.upperBound...], as: UTF8.self)
    }
}
