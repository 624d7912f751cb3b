import Foundation

/// Finds the one file of a packed project whose text is all that a server in need of raw text would get.
enum SingleSourceFile {
    /// Its text.
    /// - Throws: `project_invalid` where there is more than one file that matters, or the file is no text.
    static func text(of archive: SourceArchive) async throws -> String {
        let folder = archive.path + ".raw-" + UUID().uuidString
        try await ArchiveExtractor.extract(archive.path, into: folder)
        // A temporary folder that stays is the system's to sweep up.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await BlockingWork.run("read the source") { _ in try text(in: folder) }
    }

    private static func text(in folder: String) throws -> String {
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted().filter { path in
            var isFolder: ObjCBool = false
            let isThere = FileManager.default.fileExists(atPath: folder + "/" + path, isDirectory: &isFolder)
            return try isThere && !isFolder.boolValue && matters(path, in: folder)
        }
        guard files.count == 1 else {
            throw FuncError(
                .projectInvalid,
                "the project cannot be sent as raw text: "
                    + (files.isEmpty ? "it has no source file" : "it has \(files.count) files, '\(list(files))'"),
                hint: "leave all but one out with 'build.exclude' in function.yaml, or send archives (base64)"
            )
        }
        let content = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + files[0]))
        guard let text = String(data: content, encoding: .utf8) else {
            throw FuncError(.projectInvalid, "'\(files[0])' cannot be sent as raw text: it is not UTF-8")
        }
        return text
    }

    private static func list(_ files: [String]) -> String {
        files.prefix(4).joined(separator: "', '") + (files.count > 4 ? "' and '\(files.count - 4) more" : "")
    }

    /// Whether the function would miss the file: not so the manifest, tests, papers, and dependency lists that are empty.
    private static func matters(_ path: String, in folder: String) throws -> Bool {
        let parts = path.split(separator: "/").map { $0.lowercased() }
        guard let name = parts.last, !parts.contains(where: { $0.hasPrefix(".") }) else { return false }
        if parts.dropLast().contains(where: { ["test", "tests", "spec", "__tests__"].contains($0) }) { return false }
        if ["function.yaml", "function.yml"].contains(name) || name.hasSuffix(".md") { return false }
        if name.hasPrefix("readme") || name.hasPrefix("license") { return false }
        let stem = name.split(separator: ".").dropLast().joined(separator: ".")
        if stem.hasPrefix("test_") || stem.hasSuffix("_test") || stem.hasSuffix(".test") { return false }
        guard ["requirements.txt", "package.json", "go.mod"].contains(name) else { return true }
        return namesDependencies(name, try Data(contentsOf: URL(fileURLWithPath: folder + "/" + path)))
    }

    private static func namesDependencies(_ name: String, _ content: Data) -> Bool {
        let lines = String(decoding: content, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }
        switch name {
        case "requirements.txt": return lines.contains { !$0.isEmpty && !$0.hasPrefix("#") }
        case "go.mod": return lines.contains { $0.hasPrefix("require") }
        default:
            struct Package: Decodable {
                var dependencies: [String: JSONValue]?
            }
            guard let package = try? JSONDecoder().decode(Package.self, from: content) else { return true }
            return !(package.dependencies ?? [:]).isEmpty
        }
    }
}
