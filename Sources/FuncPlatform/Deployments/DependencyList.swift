import Foundation
import FuncKit

/// The packages that a client names beside a source of one file, as the file in which the language expects them.
struct DependencyList: Sendable, Hashable {
    /// As given: `requests==2.31.0`, `lodash@4.17.21`.
    var names: [String]

    /// Name and content of the file; nil without packages.
    /// - Throws: `invalid_argument`, `runtime_unknown`.
    func file(runtime: String) throws -> (name: String, text: String)? {
        guard !names.isEmpty else { return nil }
        for name in names {
            // One line each: another line could be an option of the installer.
            let isClean = name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
            guard isClean, !name.hasPrefix("-"), !name.trimmingCharacters(in: .whitespaces).isEmpty else {
                throw FuncError.field("dependencies", "value '\(name)' of field 'dependencies' names no package")
            }
        }
        switch try RuntimeCatalog.require(runtime).family {
        case .python: return ("requirements.txt", names.map { $0 + "\n" }.joined())
        case .nodejs: return ("package.json", try packageManifest())
        default:
            throw FuncError.field(
                "dependencies",
                "field 'dependencies' goes with Python and Node.js, not with runtime '\(runtime)'",
                hint: "send an archive with the language's own list of packages"
            )
        }
    }

    private func packageManifest() throws -> String {
        var packages: [String: JSONValue] = [:]
        for name in names {
            // The '@' of '@scope/package' is no mark of a version.
            let at = name.dropFirst().lastIndex(of: "@")
            let package = String(at.map { name[..<$0] } ?? name[...]).trimmingCharacters(in: .whitespaces)
            let version = at.map { String(name[name.index(after: $0)...]) } ?? ""
            packages[package] = .string(version.isEmpty ? "*" : version)
        }
        let manifest = JSONValue.object([
            "name": .string("function"), "private": .bool(true), "dependencies": .object(packages),
        ])
        return String(decoding: try manifest.document, as: UTF8.self) + "\n"
    }
}
