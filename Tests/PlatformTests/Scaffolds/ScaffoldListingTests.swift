import Foundation
import FuncKit
import Templates
import Testing

/// The files of all templates, so that one that is missing or too much is seen.
///
/// `HKS_FUNC_UPDATE_GOLDEN=1` rewrites the list from what there is.
@Suite struct ScaffoldListingTests {
    @Test(arguments: HostLanguage.allCases, FunctionType.allCases)
    func `a template has the files that are listed for it`(language: HostLanguage, type: FunctionType) throws {
        let name = "\(language.rawValue)/\(type.rawValue)"
        let files = try #require(try ScaffoldListing.templates()[name], "there is no template '\(name)'")
        for wanted in ["template.yaml", "function.yaml", "README.md", ".gitignore", ".funcignore"] {
            #expect(files.contains(wanted), "'\(wanted)' of \(name)")
        }
        #expect(files.contains { $0.hasPrefix("tests/cases/") && $0.hasSuffix(".yaml") }, "cases of \(name)")
        #expect(files.contains { $0.hasPrefix("events/") }, "samples of \(name)")
        let listed = try ScaffoldListing.listed()[name]
        #expect(files == listed, "\(name); rewrite the list with HKS_FUNC_UPDATE_GOLDEN=1")
    }

    @Test(arguments: HostLanguage.allCases, FunctionType.allCases)
    func `the samples of a template are what its type takes`(language: HostLanguage, type: FunctionType) throws {
        let folder = try ScaffoldListing.contentFolder + "/scaffolds/\(language.rawValue)/\(type.rawValue)"
        let samples = SampleFolder(project: folder)
        let names = try samples.names()
        #expect(!names.isEmpty)
        for name in names {
            let defaults = CloudEventDocument.Defaults(id: "-", source: "-")
            let document = try samples.read(name)
            let request = try document.request(for: type, defaults: defaults)
            #expect(document.describesRequest == (type == .http), "\(name)")
            #expect(request.method == "POST")
            let isEvent = request.headers["Content-Type"] == [CloudEventDocument.eventType]
            #expect(isEvent == [.event, .scheduled].contains(type), "\(name)")
            guard type == .stream else { continue }
            let value = try JSONValue(parsing: try #require(request.body))
            guard case .object(let members) = value, case .array(let records) = members["records"] else {
                Issue.record("\(name) has no records")
                continue
            }
            #expect(!records.isEmpty)
        }
    }

    @Test(arguments: [
        (HostLanguage.dotnet, "FunctionContext.cs"), (.rust, "src/context.rs"),
    ])
    func `the host is tested with the context that templates bring`(language: HostLanguage, file: String) throws {
        let common = try ScaffoldListing.contentFolder + "/scaffolds/\(language.rawValue)/common"
        let template = try String(contentsOfFile: "\(common)/\(file)", encoding: .utf8)
        #expect(try String(contentsOfFile: "\(language.probeFolder)/\(file)", encoding: .utf8) == template)
    }

    @Test func `nothing is listed that is not there`() throws {
        let templates = try ScaffoldListing.templates()
        #expect(Set(try ScaffoldListing.listed().keys).subtracting(templates.keys) == [])
    }

    @Test func `every template can be read and says what it is for`() throws {
        for entry in TemplateCatalog(contentFolder: try ScaffoldListing.contentFolder).entries {
            let template = try ScaffoldTemplate.load(from: entry.folder)
            #expect(template.name == "\(entry.language)/\(entry.type)")
            #expect(template.runtime == entry.language)
            #expect(template.type?.rawValue == entry.type)
            #expect(!template.description.isEmpty)
        }
    }
}

/// The list `scaffolds.txt` and what it is a list of: one path a line, `language/type/path`.
private enum ScaffoldListing {
    private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/scaffolds.txt")

    /// The content that the tests run with: `$HKS_FUNC_SHARE`, else beside the built tests.
    static var contentFolder: String {
        get throws {
            URL(fileURLWithPath: try HostBuilds.hostsFolder).deletingLastPathComponent().path
        }
    }

    /// The files of each template there is.
    static func templates() throws -> [String: [String]] {
        let entries = TemplateCatalog(contentFolder: try contentFolder).entries
        return try entries.reduce(into: [:]) { templates, entry in
            let folders = [entry.folder, entry.commonFolder].compactMap(\.self)
            templates["\(entry.language)/\(entry.type)"] = try folders.flatMap(files).sorted()
        }
    }

    private static func files(in folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).filter { path in
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: folder + "/" + path, isDirectory: &isFolder)
            // What an interpreter leaves beside the files when somebody tries them out belongs to nobody.
            return exists && !isFolder.boolValue && !path.contains("__pycache__")
        }
    }

    /// The files of each template in the list.
    static func listed() throws -> [String: [String]] {
        try updated.get()
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").reduce(into: [:]) {
            templates,
            line in
            let parts = line.split(separator: "/", maxSplits: 2).map(String.init)
            guard parts.count == 3 else { return }
            templates["\(parts[0])/\(parts[1])", default: []].append(parts[2])
        }
    }

    /// Rewrites the list, once, where that is asked for.
    private static let updated = Result {
        guard ProcessInfo.processInfo.environment["HKS_FUNC_UPDATE_GOLDEN"] == "1" else { return }
        let lines = try templates().sorted { $0.key < $1.key }.flatMap { name, files in files.map { "\(name)/\($0)\n" }
        }
        try Data(lines.joined().utf8).write(to: file)
    }
}
