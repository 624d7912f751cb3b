import Foundation
import FuncKit

/// Looks at a machine the way the local platform and the commands will, and says what is in their way.
///
/// It installs nothing, deletes no data, and starts no platform.
public struct Doctor: Sendable {
    /// What a look is about.
    public struct Subject: Sendable {
        /// Variables of the process.
        public var environment: [String: String]
        /// Folder in which the command was started.
        public var workingFolder: String
        /// Where files of the program belong.
        public var directories: BaseDirectories
        /// The user's configuration.
        public var config: ConfigFile
        /// Data folder of the local platform.
        public var dataFolder: String
        /// Port that the local platform is configured for; 0 for any.
        public var port: Int
        /// Wall clock.
        public var now: Date
        /// What was found already, such as settings that cannot be read.
        public var known: [DoctorFinding]

        /// Describes a subject.
        public init(
            environment: [String: String],
            workingFolder: String,
            directories: BaseDirectories,
            config: ConfigFile,
            dataFolder: String,
            port: Int,
            now: Date,
            known: [DoctorFinding] = []
        ) {
            self.environment = environment
            self.workingFolder = workingFolder
            self.directories = directories
            self.config = config
            self.dataFolder = dataFolder
            self.port = port
            self.now = now
            self.known = known
        }
    }

    private let subject: Subject
    private let location: PlatformLocation

    /// Prepares a look.
    public init(_ subject: Subject) {
        self.subject = subject
        location = PlatformLocation(dataFolder: subject.dataFolder)
    }

    /// Everything there is to say, by topic. With `isRepairing`, what can safely be put in order is.
    /// - Throws: `CancellationError`, `overloaded` where the system has no threads left.
    public func examine(isRepairing: Bool) async throws -> [DoctorFinding] {
        let state = readState()
        let machine = MachineExamination(
            environment: subject.environment,
            workingFolder: subject.workingFolder,
            now: subject.now
        )
        let findings = try await withThrowingTaskGroup(of: [DoctorFinding].self) { group in
            group.addTask { try await machine.languages() }
            group.addTask { await machine.libraries() }
            group.addTask { await machine.contexts(subject.config, platform: state.descriptor) }
            group.addTask {
                try await BlockingWork.run("doctor") { _ in localFindings(state, isRepairing: isRepairing) }
            }
            var all = subject.known
            for try await found in group { all += found }
            return all
        }
        return DoctorFinding.Group.allCases.flatMap { group in findings.filter { $0.group == group } }
    }

    /// A lock that cannot be read is as good as none here; the permissions say why.
    private func readState() -> PlatformState {
        (try? PlatformState.read(location)) ?? .stopped
    }

    private func localFindings(_ state: PlatformState, isRepairing: Bool) -> [DoctorFinding] {
        let permissions = PermissionExamination(isRepairing: isRepairing)
        let config = permissions.finding(
            "permissions.config",
            "settings",
            root: subject.directories.config,
            inside: ["config.yaml", "tokens"] + names(in: subject.directories.tokens).map { "tokens/" + $0 }
        )
        let data = permissions.finding(
            "permissions.data",
            "platform data",
            root: location.dataFolder,
            inside: PlatformData.privateNames + names(in: location.dataFolder + "/keys").map { "keys/" + $0 }
        )
        let port = PortExamination(port: subject.port, state: state).finding()
        let health = DataExamination(location: location, state: state, isRepairing: isRepairing).findings()
        return [port, config, data] + SandboxExamination().findings() + health
    }

    private func names(in folder: String) -> [String] {
        // A folder that is not there holds nothing.
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }
}

extension PlatformState {
    fileprivate var descriptor: LocalPlatformDescriptor? {
        if case .running(let descriptor) = self { descriptor } else { nil }
    }
}
