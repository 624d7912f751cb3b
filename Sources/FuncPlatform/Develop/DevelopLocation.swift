import Foundation
import FuncKit

/// Where developing keeps its data, and how others find out that a project is being developed.
public struct DevelopLocation: Sendable, Hashable {
    private let folder: String

    /// Keeps all below `stateFolder`, the folder of this program's state.
    public init(stateFolder: String) {
        folder = stateFolder + "/develop"
    }

    /// The data folder of the platform that serves these projects: the same ones share it, in whatever order they are named.
    public func data(of projects: [String]) -> PlatformLocation {
        PlatformLocation(dataFolder: folder + "/" + Self.name(projects.sorted().joined(separator: "\0")))
    }

    /// Tells of one project who develops it: a lock that ends with its process, and the platform that serves it. Two sets
    /// of projects that have one in common meet here.
    public func claim(of project: String) -> PlatformLocation {
        PlatformLocation(dataFolder: folder + "/projects/" + Self.name(project))
    }

    /// The platform on which a project is being developed; nil where it is not.
    /// - Throws: `file_system`.
    public func running(project: String) throws -> LocalPlatformDescriptor? {
        guard case .running(let descriptor) = try PlatformState.read(claim(of: project)) else { return nil }
        return descriptor
    }

    private static func name(_ text: String) -> String {
        String(Digest.sha256(Data(text.utf8)).prefix(16))
    }
}

/// Keeps others from developing the same projects, and tells them where they are served.
struct DevelopClaims: Sendable {
    private let claims: [(location: PlatformLocation, lock: PlatformLock)]

    /// Claims all projects, or none.
    /// - Throws: `platform_already_running` where one of them is being developed; `file_system`.
    init(_ projects: [String], in location: DevelopLocation) async throws {
        var claims: [(PlatformLocation, PlatformLock)] = []
        // Always in the same order, so that of two that begin at once one gets all.
        for project in projects.sorted() {
            let claim = location.claim(of: project)
            try PrivateFolder.make(claim.run, as: "folder")
            do {
                claims.append((claim, try await PlatformLock.acquire(path: claim.lockFile)))
            } catch let error as FuncError where error.code == .platformAlreadyRunning {
                throw Self.taken(project, try PlatformState.read(claim))
            }
        }
        self.claims = claims
    }

    /// Tells everybody that `platform` serves the projects.
    func publish(_ platform: LocalPlatformDescriptor) throws {
        for claim in claims { try platform.write(to: claim.location) }
    }

    /// Tells nobody any more; the locks are let go of with this value.
    func withdraw() throws {
        for claim in claims where FileManager.default.fileExists(atPath: claim.location.stateFile) {
            try FileManager.default.removeItem(atPath: claim.location.stateFile)
        }
    }

    private static func taken(_ project: String, _ state: PlatformState) -> FuncError {
        var (owner, address) = ("another process", "")
        switch state {
        case .running(let platform): (owner, address) = ("process \(platform.pid)", " at \(platform.url)")
        case .starting(let processID): owner = processID.map { "process \($0)" } ?? owner
        case .stale, .stopped: break
        }
        return FuncError(
            .platformAlreadyRunning,
            "project '\(project)' is being developed already, by \(owner)\(address)",
            hint: "use that one, or end it with Ctrl-C in its terminal"
        )
    }
}
