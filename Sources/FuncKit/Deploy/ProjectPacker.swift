import Foundation

/// A packed project in a temporary file.
public struct PackedProject: Sendable {
    /// The archive and what is in it.
    public var source: PackedSource
    /// The archive alone.
    public var archive: SourceArchive { source.archive }
    private let folder: String

    init(source: PackedSource, folder: String) {
        self.source = source
        self.folder = folder
    }

    /// Deletes the temporary file.
    public func remove() {
        // A temporary file that stays is the system's to sweep up.
        try? FileManager.default.removeItem(atPath: folder)
    }
}

/// Packs what a project's manifest and ignore files leave of its folder.
public struct ProjectPacker: Sendable {
    private let project: LoadedProject
    private let temporaryFolder: String

    /// Packs `project`; temporary files go below `temporaryFolder`.
    public init(project: LoadedProject, temporaryFolder: String) {
        self.project = project
        self.temporaryFolder = temporaryFolder
    }

    /// What is packed.
    public func options(_ format: ArchiveFormat = .tarGzip) -> PackOptions {
        PackOptions(format: format, include: project.manifest.include, exclude: project.manifest.exclude)
    }

    /// Packs into a temporary file, which the caller removes.
    /// - Throws: as ``SourcePacker``.
    public func pack() async throws -> PackedProject {
        let folder = "\(temporaryFolder)/hks-func-\(UUID().uuidString)"
        do {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            let output = folder + "/source.tar.gz"
            let source = try await SourcePacker.pack(root: project.root.folder, options: options(), output: output)
            return PackedProject(source: source, folder: folder)
        } catch {
            try? FileManager.default.removeItem(atPath: folder)
            guard error is CocoaError else { throw error }
            throw FuncError(.fileSystem, "cannot make a temporary folder in '\(temporaryFolder)'", because: error)
        }
    }
}
