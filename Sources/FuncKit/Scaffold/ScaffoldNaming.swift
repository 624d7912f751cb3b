import Foundation

/// Gives a project that was copied as it is the name that its new owner chose.
public enum ScaffoldNaming {
    /// The files with `name` in `function.yaml`; unchanged where there is none.
    /// - Throws: `manifest_invalid` where that file cannot be edited.
    public static func rename(_ files: [RenderedFile], to name: String) throws -> [RenderedFile] {
        try files.map { file in
            guard file.path == "function.yaml", case .file(let data, let isExecutable) = file.content else {
                return file
            }
            var file = file
            var editor = try ManifestEditor(text: ManifestText.decode(data, file: file.path), file: file.path)
            try editor.set(.text(name), at: ["name"])
            file.content = .file(Data(editor.text.utf8), isExecutable: isExecutable)
            return file
        }
    }
}
