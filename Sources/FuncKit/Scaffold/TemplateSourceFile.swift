import Foundation

/// A file of a template's folder.
struct TemplateSourceFile {
    /// Path below the folder.
    let path: String
    private let folder: String
    private let kind: FileAttributeType
    private let isExecutable: Bool

    /// The files of a template: its own, and the common ones that it has not itself; sorted.
    static func list(_ template: ScaffoldTemplate) throws -> [TemplateSourceFile] {
        let own = try list(template.folder)
        guard let commonFolder = template.commonFolder else { return own }
        let names = Set(own.map(\.path))
        let common = try list(commonFolder).filter { !names.contains($0.path) }
        return (own + common).sorted { $0.path < $1.path }
    }

    /// All files below `folder`, sorted; without what git and Python keep for themselves.
    private static func list(_ folder: String) throws -> [TemplateSourceFile] {
        var files: [TemplateSourceFile] = []
        var folders = [""]
        while let prefix = folders.popLast() {
            for name in try FileSystem.names(in: folder + "/" + prefix) where name != ".git" && name != "__pycache__" {
                let attributes = try attributes(folder + "/" + prefix + name)
                let kind = attributes[.type] as? FileAttributeType ?? .typeUnknown
                let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
                switch kind {
                case .typeDirectory:
                    folders.append(prefix + name + "/")
                case .typeRegular, .typeSymbolicLink:
                    let isExecutable = mode & 0o100 != 0
                    files.append(
                        TemplateSourceFile(path: prefix + name, folder: folder, kind: kind, isExecutable: isExecutable)
                    )
                default:
                    throw FuncError(.templateInvalid, "'\(prefix + name)' in the template is not a regular file")
                }
                guard files.count <= Scaffolder.maximumFiles else {
                    throw FuncError(.templateInvalid, "the template has more than \(Scaffolder.maximumFiles) files")
                }
            }
        }
        return files.sorted { $0.path < $1.path }
    }

    /// The file with its content as it is.
    func load() throws -> RenderedFile {
        do {
            if kind == .typeSymbolicLink {
                let target = try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/" + path)
                return RenderedFile(path: path, content: .link(target))
            }
            let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + path))
            return RenderedFile(path: path, content: .file(data, isExecutable: isExecutable))
        } catch {
            throw FuncError(.fileSystem, "cannot read '\(path)' of the template", because: error)
        }
    }

    private static func attributes(_ path: String) throws -> [FileAttributeKey: Any] {
        do {
            return try FileManager.default.attributesOfItem(atPath: path)
        } catch {
            throw FuncError(.fileSystem, "cannot read '\(path)'", because: error)
        }
    }
}
