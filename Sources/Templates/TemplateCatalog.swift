import Foundation

/// A scaffold's place: a folder with a `template.yaml`.
public struct TemplateEntry: Hashable, Sendable {
    /// Language, such as `python`.
    public let language: String
    /// Function type, such as `http`.
    public let type: String
    /// Absolute path of the folder.
    public let folder: String
    /// Absolute path of the folder `common` beside it, whose files all scaffolds of the language have; nil if there is none.
    public let commonFolder: String?
}

/// The scaffolds that `init` can write.
public struct TemplateCatalog: Sendable {
    private let folder: String

    /// Lists the scaffolds below a content folder (see ``ContentLocator``).
    public init(contentFolder: String) {
        folder = contentFolder + "/scaffolds"
    }

    /// All scaffolds, sorted by language and type.
    public var entries: [TemplateEntry] {
        folderNames(in: folder).flatMap { language in
            folderNames(in: folder + "/" + language)
                .map { entry(language, $0) }
        }
        .filter { FileManager.default.fileExists(atPath: $0.folder + "/template.yaml") }
    }

    private func entry(_ language: String, _ type: String) -> TemplateEntry {
        let base = "\(folder)/\(language)"
        let common = base + "/common"
        let hasCommon = FileManager.default.fileExists(atPath: common)
        return TemplateEntry(
            language: language,
            type: type,
            folder: "\(base)/\(type)",
            commonFolder: hasCommon ? common : nil
        )
    }

    /// The scaffold for a language and a function type, or nil if there is none.
    public func entry(language: String, type: String) -> TemplateEntry? {
        entries.first { $0.language == language && $0.type == type }
    }
}
