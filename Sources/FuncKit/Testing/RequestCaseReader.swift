import Foundation

/// Reads the request cases of a project: `tests/cases/*.yaml`.
public enum RequestCaseReader {
    /// Where the cases lie in a project.
    public static let folder = "tests/cases"

    /// All cases of a project, sorted by file; none where the folder is missing.
    /// - Throws: ``FuncError`` with code `case_invalid`, located, with `failures` where several files are wrong.
    public static func read(project: String) throws -> [RequestCase] {
        let path = project + "/" + folder
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
            .filter { ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml")) && !$0.hasPrefix(".") }
        var failures: [FuncError] = []
        var cases: [RequestCase] = []
        for name in names.sorted() {
            let file = folder + "/" + name
            do {
                let test = try read(ManifestText.decode(try contents(path + "/" + name, file), file: file), file: file)
                if let first = cases.first(where: { $0.name == test.name }) { throw duplicate(test, of: first) }
                cases.append(test)
            } catch var error as FuncError {
                error.code = .caseInvalid
                failures.append(error)
            }
        }
        if failures.count == 1 { throw failures[0] }
        guard failures.isEmpty else {
            throw FuncError(.caseInvalid, "\(failures.count) request cases are malformed", failures: failures)
        }
        return cases
    }

    private static func contents(_ path: String, _ file: String) throws -> Data {
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw FuncError(.caseInvalid, "cannot read '\(file)'", because: error)
        }
    }

    private static func duplicate(_ test: RequestCase, of first: RequestCase) -> FuncError {
        FuncError(
            .caseInvalid,
            "\(first.file) has a case named '\(test.name)' as well",
            hint: "give each case a 'name' of its own",
            location: test.location
        )
    }

    /// One case from the text of a file.
    /// - Throws: ``FuncError``, located.
    static func read(_ text: String, file: String) throws -> RequestCase {
        let document = try YAMLDocument(SourceText(text, file: file))
        let isSequence = document.root["steps"] != nil
        return try CaseNodes(source: document.source, file: file, isSequence: isSequence).read(document.root)
    }
}
