/// Rewrites older forms of the manifest in the present one.
public enum ManifestMigration {
    /// The text in the present form, with the comments beside the keys they belong to; the same text where it is in that
    /// form already.
    ///
    /// - Throws: `manifest_invalid` for what is not valid in its own form either.
    public static func rewrite(_ text: String, file: String, loader: ManifestLoader) throws -> String {
        let source = SourceText(text, file: file)
        let document = try YAMLDocument(source)
        let (tree, notices) = try loader.validated(document)
        guard !notices.isEmpty else { return text }
        let lines = ManifestEmitter.lines(of: tree, comments: try SourceComments(document))
        let body = lines.map { $0 + source.lineBreak }.joined()
        let rewritten = (source.hasByteOrderMark ? "\u{FEFF}" : "") + body
        let result = try YAMLDocument(SourceText(rewritten, file: file))
        let (readBack, rest) = try loader.validated(result)
        guard rest.isEmpty, YAMLValue(readBack) == YAMLValue(tree) else {
            throw FuncError(
                .internalError,
                "the rewritten \(file) would not mean the same, so it is left as it is",
                hint: "rewrite by hand what 'hks-func validate' points at"
            )
        }
        return rewritten
    }
}
