import Foundation

/// The language hosts: the programs that turn HTTP into calls of a handler.
public struct HostCatalog: Sendable {
    private let folder: String

    /// Lists the hosts below a content folder (see ``ContentLocator``).
    public init(contentFolder: String) {
        folder = contentFolder + "/hosts"
    }

    /// Languages that have a host, sorted.
    public var languages: [String] { folderNames(in: folder) }

    /// The folder of a language's host, or nil if there is none.
    public func folder(forLanguage language: String) -> String? {
        languages.contains(language) ? folder + "/" + language : nil
    }
}
