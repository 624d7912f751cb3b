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

            With --canary or --blue-green the traffic moves under watch: the numbers of the new version are compared with \
            --abort-on, and the traffic goes back by itself where one is exceeded. Ctrl-C leaves the split as it is; go \
            on with 'hks-func traffic set'.

            EXAMPLES
              hks-func deploy
              hks-func deploy --message 'faster greeting' --env GREETING=Hi
              hks-func deploy --no-traffic --tag next
              hks-func deploy --canary 10,50,100 --step 1m --abort-on 'errors>2%,p95>300ms'
              hks-func deploy --runtime python3.11 --strict-runtime
              hks-func deploy -o json | jq -r .url
            """
    )

    @OptionGroup(title: "Version") var version: DeployOptions
    @OptionGroup(title: "Rollout") var rollout: RolloutOptions
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
        guard rollout.canary != nil || rollout.blueGreen else { return }
        if version.noTraffic { throw ValidationError("a rollout and --no-traffic exclude each other") }
        if !wait { throw ValidationError("a rollout has to wait for the version; leave out --no-wait") }
    }

    func run(_ context: CommandContext) async throws {
        let project = try version.applied(to: project.load(context, environment: version.env))
        let plan = try rollout.plan
        if dryRun { return try await showPlan(project, plan, context) }
        // A server that is not there, or cannot do it, is known before the work of packing.
        let service = try await context.service(target.selection(startsPlatform: true))
        try await checkAbilities(of: service, plan)
        let (packed, packTime) = try await pack(project, context)
        defer { packed?.remove() }
        let request = request(for: project, packed, plan)
        let outcome = try await context.console.progress("Deploying '\(project.name)'") { progress in
            let narrator = DeployNarrator(console: context.console, progress: progress)
            return try await DeployWorkflow(service: service, report: narrator.tell)
                .run(request, archive: packed?.archive, waitSeconds: wait ? timeout : nil)
        }
        for warning in outcome.version.warnings { context.console.warning(warning.withoutControls) }
        try await context.console.warn(of: project.settings.triggers, service)
        if try await neverFires(project, outcome.function, service) {
            context.console.warning(
                "'\(project.name)' is of type 'scheduled' and has no schedule: nothing calls it by itself"
            )
        }
        var result = DeployReport(outcome: outcome, packMilliseconds: packTime, notices: project.notices)
        if let plan, !outcome.version.isActive {
            result.rollout = try await RolloutRun(service: service, console: context.console, plan: plan)
                .run(outcome.version, of: outcome.function)
            result.outcome.version.isActive = true
        }
        try context.console.result(result)
        if outcome.changed, !outcome.version.status.isFinal {
            throw CommandExit(status: ExitStatus.pending.rawValue)
        }
    }

    private func showPlan(_ project: LoadedProject, _ plan: RolloutPlan?, _ context: CommandContext) async throws {
        let packed = try await pack(project, context).0
        defer { packed?.remove() }
        let request = request(for: project, packed, plan)
        try context.console.result(DeployPlan(request: request, packed: packed?.source, rollout: plan))
    }

    /// A rollout gives the traffic itself.
    private func request(for project: LoadedProject, _ packed: PackedProject?, _ plan: RolloutPlan?) -> DeployRequest {
        var request = version.request(for: project, digest: packed?.archive.digest)
        if plan != nil { request.takesTraffic = false }
        return request
    }

    /// Whether a scheduled function has nothing that could call it.
    private func neverFires(_ project: LoadedProject, _ function: Function, _ service: any FunctionService) async throws
        -> Bool
    {
        let isTimed = { (spec: TriggerSpec) in [TriggerSpec.schedule, TriggerSpec.timer].contains(spec.type) }
        guard project.settings.type == .scheduled, !project.settings.triggers.contains(where: isTimed) else {
            return false
        }
        return try await !service.triggers(of: function.id).contains { isTimed($0.spec) }
    }

    /// The packed project and the time that took; nothing where an image is deployed.
    private func pack(_ project: LoadedProject, _ context: CommandContext) async throws -> (PackedProject?, Int?) {
        guard version.image == nil else { return (nil, nil) }
        let start = ContinuousClock.now
        let packer = ProjectPacker(project: project, temporaryFolder: context.temporaryFolder)
        let packed = try await context.console.progress("Packing '\(project.name)'") { _ in try await packer.pack() }
        return (packed, Int((ContinuousClock.now - start) / .milliseconds(1)))
    }

    /// What the flags ask for and the server cannot do is said before anything is sent.
    private func checkAbilities(of service: any FunctionService, _ plan: RolloutPlan?) async throws {
        guard plan != nil || version.image != nil else { return }
        let abilities = try await service.capabilities()
        if let image = version.image, !abilities.supportsCustomImages {
            throw FuncError(
                .unsupported,
                "could not deploy image '\(image)': this server does not run container images",
                hint: "deploy the project from source, without --image"
            )
        }
        guard let plan else { return }
        if !abilities.supportsTraffic {
            throw FuncError(
                .unsupported,
                "this server cannot split traffic, so --\(plan.strategy.rawValue) does not work there",
                hint: "deploy with --no-traffic, look at the version, then run 'hks-func versions activate'"
            )
        }
        if !plan.conditions.isEmpty, !abilities.supportsMetrics {
            throw FuncError(
                .unsupported,
                "this server has no metrics, so --abort-on does not work there",
                hint: "leave out --abort-on and watch 'hks-func logs -f'"
            )
        }
    }
}
