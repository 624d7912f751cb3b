import Foundation

/// A project as commands work with it: manifest read, one profile applied, variables resolved.
public struct LoadedProject: Sendable {
    /// Folder and manifest file.
    public var root: ProjectRoot
    /// Name of the function; a flag may replace the manifest's.
    public var name: String
    /// What the manifest says.
    public var manifest: FunctionManifest
    /// The settings to deploy, variables resolved.
    public var settings: FunctionSettings
    /// Each variable with its source.
    public var environment: ResolvedEnvironment
    /// What should be written differently in the manifest, and what is written about variables for nothing.
    public var notices: [String]
}

/// Finds and reads projects: the one way that deploy, build, validate and the others have.
public struct ProjectLoader: Sendable {
    /// Variables of the tool itself, for references in the manifest.
    public var processEnvironment: [String: String]

    /// Resolves references from these variables.
    public init(processEnvironment: [String: String]) {
        self.processEnvironment = processEnvironment
    }

    /// Reads the project that `folder` lies in; `environmentFiles` are absolute paths, as `--env-file` names them.
    /// - Throws: `manifest_not_found`, `manifest_invalid`, `environment_invalid`, `file_system`.
    public func load(
        from folder: String,
        profile: String? = nil,
        environmentFiles: [String] = [],
        flags: [EnvironmentAssignment] = []
    ) throws -> LoadedProject {
        let root = try ProjectDiscovery.find(from: folder)
        let loaded = try manifest(at: root, seenFrom: folder, profile: profile)
        var environment = try EnvironmentResolver(
            folder: root.folder,
            profile: profile,
            optionFiles: environmentFiles,
            processEnvironment: processEnvironment
        )
        .resolve(
            manifest: loaded.manifest.settings.environment,
            locations: loaded.environmentLocations,
            flags: flags
        )
        environment.notices += EnvironmentFolder(
            root: root.folder,
            profiles: loaded.manifest.profiles,
            optionFiles: environmentFiles
        )
        .notices(seenFrom: folder)
        var settings = loaded.manifest.settings
        settings.environment = try LoadedProject.plainVariables(of: environment, settings: settings)
        return LoadedProject(
            root: root,
            name: loaded.manifest.name,
            manifest: loaded.manifest,
            settings: settings,
            environment: environment,
            notices: loaded.notices.map(\.description) + environment.notices.map(\.description)
        )
    }

    /// The name that the manifest gives to the function.
    /// - Throws: `manifest_not_found`, `manifest_invalid`.
    public func name(from folder: String) throws -> String {
        try manifest(at: ProjectDiscovery.find(from: folder), seenFrom: folder, profile: nil).manifest.name
    }

    /// Reads and checks a manifest alone.
    /// - Throws: `manifest_invalid`, `invalid_argument` for an unknown profile, `file_system`.
    public func manifest(at root: ProjectRoot, seenFrom folder: String, profile: String?) throws -> LoadedManifest {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: root.manifestPath))
        } catch {
            throw FuncError(.fileSystem, "cannot read '\(root.manifestPath)'", because: error)
        }
        // Messages name the file as a person in the project would.
        let shown = root.folder == folder ? "function.yaml" : root.manifestPath
        return try Self.manifestLoader.load(data: data, file: shown, profile: profile)
    }

    /// Reads manifests with the runtimes of the catalogue.
    public static let manifestLoader = ManifestLoader(
        isKnownRuntime: { RuntimeCatalog.normalise($0) != nil },
        runtimeNames: RuntimeCatalog.names,
        defaultHandler: { RuntimeCatalog.normalise($0)?.family.entry.defaultHandler }
    )
}
