import ArgumentParser
import Foundation
import FuncKit

/// `hks-func deploy`
struct ProjectDeploy: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "deploy",
        abstract: "Deploy the project in the current folder.",
        discussion: """
            Packs the sources, sends them if the server does not have them, builds, waits until the new version is ready, \
            and gives it the traffic. The version before serves until then, and goes on serving if anything fails. \
            Where nothing changed, nothing happens.

            EXAMPLES
              hks-func deploy
              hks-func deploy --message 'faster greeting' --env GREETING=Hi
              hks-func deploy --no-traffic --tag next
              hks-func deploy --runtime python3.11 --strict-runtime
              hks-func deploy -o json | jq -r .url
            """
    )

    @OptionGroup(title: "Version") var version: DeployOptions
    @OptionGroup(title: "Project") var project: ProjectOptions

    @Flag(help: "Show what would be deployed; nothing is sent or changed.")
    var dryRun = false

    @Flag(inversion: .prefixedNo, help: "Wait until the version is ready; without, end with status 8.")
    var wait = true

    @Option(help: ArgumentHelp("Longest wait for the version, in seconds.", valueName: "seconds"))
    var timeout: Int = 600

    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func validate() throws {
        if timeout < 1 { throw ValidationError("--timeout must be at least 1") }
    }

    func run(_ context: CommandContext) async throws {
        let project = try version.applied(to: project.load(context, environment: version.env))
        let start = ContinuousClock.now
        let packer = ProjectPacker(project: project, temporaryFolder: context.temporaryFolder)
        let packed = try await context.console.progress("Packing '\(project.name)'") { _ in try await packer.pack() }
        defer { packed.remove() }
        let packTime = Int((ContinuousClock.now - start) / .milliseconds(1))
        let request = version.request(for: project, digest: packed.archive.digest)
        if dryRun {
            return try context.console.result(DeployPlan(request: request, packed: packed.source))
        }
        let service = try await context.service(target.selection(startsPlatform: true))
        let outcome = try await context.console.progress("Deploying '\(project.name)'") { progress in
            let narrator = DeployNarrator(console: context.console, progress: progress)
            return try await DeployWorkflow(service: service, report: narrator.tell)
                .run(request, archive: packed.archive, waitSeconds: wait ? timeout : nil)
        }
        for warning in outcome.version.warnings { context.console.warning(warning.withoutControls) }
        try await context.console.warn(of: project.settings.triggers, service)
        let result = DeployReport(outcome: outcome, packMilliseconds: packTime, notices: project.notices)
        try context.console.result(result)
        if outcome.changed, !outcome.version.status.isFinal {
            throw CommandExit(status: ExitStatus.pending.rawValue)
        }
    }
}
