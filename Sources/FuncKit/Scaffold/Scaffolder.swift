import Foundation

/// Turns templates into project folders.
public enum Scaffolder {
    /// Most files that a template may have.
    public static let maximumFiles = 10_000
    /// Most bytes that all files of a template may have.
    public static let maximumBytes = 100 << 20

    /// Renders every file of a template in memory. Nothing is written.
    ///
    /// Files that are not UTF-8 text are taken as they are; folders without a file are left out.
    /// - Parameters:
    ///   - template: What to render.
    ///   - values: Values by variable, as people type them; defaults fill the gaps.
    /// - Returns: The files, sorted by path.
    /// - Throws: ``FuncError`` with code `template_invalid` (unknown placeholder, unsafe path …) or
    ///   `invalid_argument` (a value).
    public static func render(_ template: ScaffoldTemplate, _ values: [String: String]) throws -> [RenderedFile] {
        let text = TemplateText(values: try template.resolve(values))
        let sources = try TemplateSourceFile.list(template)
        try checkRules(template, sources)
        var files: [RenderedFile] = []
        var bytes = 0
        for source in sources where template.isVerbatim || source.path != ScaffoldTemplate.manifestName {
            let rules = template.rules.filter { TemplateGlob($0.path).matches(source.path) }
            guard rules.allSatisfy({ $0.when.map { text.values[$0] == "true" } ?? true }) else { continue }
            var file = try source.load()
            if !template.isVerbatim { file = try render(file, with: text, rules) }
            if case .file(let data, _) = file.content { bytes += data.count }
            guard bytes <= maximumBytes else {
                throw FuncError(.templateInvalid, "the template has more than \(maximumBytes >> 20) MiB")
            }
            files.append(file)
        }
        try TemplatePath.check(files)
        return files.sorted { $0.path < $1.path }
    }

    private static func render(
        _ file: RenderedFile,
        with text: TemplateText,
        _ rules: [TemplateFileRule]
    ) throws(FuncError) -> RenderedFile {
        var rendered = file
        rendered.path = text.path(file.path)
        guard case .file(let data, let isExecutable) = file.content else { return rendered }
        var contents = data
        if !data.contains(0), let source = String(validating: data, as: UTF8.self) {
            contents = Data(try text.contents(source, file: file.path).utf8)
        }
        rendered.content = .file(contents, isExecutable: rules.compactMap(\.isExecutable).last ?? isExecutable)
        return rendered
    }

    private static func checkRules(_ template: ScaffoldTemplate, _ sources: [TemplateSourceFile]) throws(FuncError) {
        for rule in template.rules {
            let glob = TemplateGlob(rule.path)
            guard sources.contains(where: { glob.matches($0.path) }) else {
                throw FuncError(
                    .templateInvalid,
                    "rule '\(rule.path)' in \(ScaffoldTemplate.manifestName) fits none of the template's files"
                )
            }
        }
    }
}
