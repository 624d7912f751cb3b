import Foundation
import FuncKit
import FuncPlatform

/// One run of `hks-func develop`: a session, whoever shows it, and what ends it.
struct DevelopRun: Sendable {
    let context: CommandContext
    let session: DevelopSession
    /// Runs while the functions answer, and ends the run; nil where the person at the terminal does.
    let program: DevelopProgram?

    /// Develops until it is ended.
    /// - Throws: what keeps the session from going on; ``CommandExit`` with the program's status.
    func run() async throws {
        let viewer = try DevelopViewer(context, leavesOutputFree: program != nil)
        let status = try await withThrowingTaskGroup(of: Int32?.self) { group in
            group.addTask {
                try await viewer.run(session.events)
                return nil
            }
            group.addTask {
                try await session.run { control in
                    guard let program else { return try await obey(viewer.commands, control) }
                    return try await run(program, control)
                }
            }
            var status: Int32 = 0
            while let result = try await group.next() {
                if let result { status = result }
            }
            return status
        }
        if status != 0 { throw CommandExit(status: status) }
    }

    /// Does what the person at the terminal asks for until they end it.
    private func obey(_ commands: AsyncStream<DevelopCommand>, _ control: DevelopControl) async throws -> Int32 {
        await withDiscardingTaskGroup { group in
            for await command in commands {
                if command == .quit { break }
                // A call may take its time; the keys must not wait for it.
                group.addTask { await control.perform(command) }
            }
            group.cancelAll()
        }
        try Task.checkCancellation()
        return 0
    }

    private func run(_ program: DevelopProgram, _ control: DevelopControl) async throws -> Int32 {
        do {
            try await control.untilReady()
        } catch let error as FuncError where !context.console.format.isMachine {
            // The view has told of it.
            return ExitStatus(error.code).rawValue
        }
        return try await program.run(control.variables)
    }
}

extension DevelopSettings {
    /// Settings for projects of this user.
    init(
        _ folders: DevelopFolders,
        port: Int?,
        isEphemeral: Bool,
        watches: Bool,
        debug: DebugRequest?,
        _ project: ProjectOptions,
        _ context: CommandContext
    ) throws {
        let configure = LocalPlatform.Configure(
            environment: context.environment,
            home: context.homeFolder,
            executablePath: context.executablePath
        )
        let temporary = "\(context.temporaryFolder)/hks-func-\(UUID().uuidString.prefix(8))"
        self.init(
            projects: folders.projects,
            configuration: try configure.configuration(PlatformOptions(port: port)),
            location: DevelopLocation(stateFolder: context.directories.state),
            ephemeralFolder: isEphemeral ? temporary : nil,
            project: try context.target(TargetSelection(context: Contexts.local)).project,
            debug: debug,
            load: { folder in
                try ProjectRoot(folder: folder).check()
                return try project.load(context, folder: folder)
            },
            isVerbose: context.console.isVerbose
        )
        if watches { watch = { SourceWatcher($0, profile: project.profileName(context)) } }
    }
}
