import FuncKit
import TestSupport

extension TemporaryFolder {
    /// Writes a template's files to the folder `template` and loads it.
    func template(_ files: [String: String]) throws -> ScaffoldTemplate {
        for (path, text) in files { try write(text, to: "template/" + path) }
        return try ScaffoldTemplate.load(from: path("template"))
    }
}

extension [RenderedFile] {
    /// Contents of the text files by path.
    var texts: [String: String] {
        var texts: [String: String] = [:]
        for file in self {
            if case .file(let data, _) = file.content { texts[file.path] = String(decoding: data, as: UTF8.self) }
        }
        return texts
    }

    /// Paths of the files that can be run.
    var executables: [String] {
        compactMap { if case .file(_, true) = $0.content { $0.path } else { nil } }
    }
}
