import FuncKit
import Hummingbird

/// What the routes of all dialects do with a request to create, deploy or change a function: check it, store the source
/// that came along, and hand it on.
struct DeployDesk: Sendable {
    let store: FunctionStore
    let deployments: DeploymentService
    let artifacts: ArtifactStore
    let rules: SettingsRules

    /// Reads the body of a request; see ``DeployBody/with(_:artifacts:_:)``.
    func withBody<T: Sendable>(of request: Request, _ use: @Sendable (DeployBody) async throws -> T) async throws -> T {
        try await DeployBody.with(request, artifacts: artifacts, use)
    }

    /// Creates a function.
    func create(_ body: DeployBody, in context: APIContext) async throws -> FunctionState {
        try checkProject(body, context)
        return try await create(try body.request(), source: body.source, in: context)
    }

    /// Creates a function.
    func create(
        _ request: DeployRequest,
        source: GivenSource?,
        dependencies: [String] = [],
        in context: APIContext
    ) async throws -> FunctionState {
        var request = request
        try await rules.check(request)
        try await take(source, dependencies, for: &request, context.principal)
        return try await deployments.create(
            request,
            workspace: context.workspace,
            project: context.project,
            author: context.principal.name
        )
    }

    /// Deploys a version.
    func deploy(_ body: DeployBody, _ reference: FunctionReference, in context: APIContext) async throws -> Acceptance {
        var request = try body.request(for: try await store.function(reference))
        let claim = try body.claim()
        try await rules.check(request)
        try await take(body.source, for: &request, context.principal)
        return try await deployments.deploy(request, claim: claim, to: reference, author: context.principal.name)
    }

    /// Changes what a request names of a function, its source too, and shows the function as it is to become.
    func update(
        _ body: DeployBody,
        _ reference: FunctionReference,
        ifMatch: EntityTagCondition = .any,
        in context: APIContext
    ) async throws -> (state: FunctionState, change: FunctionChange) {
        let acceptance = try await accept(body, reference, ifMatch: ifMatch, author: context.principal)
        var state = try await store.function(reference)
        // Until the new version serves, the function is what it was; who changed it asks what came of the change.
        if case .version(let version) = acceptance, let settings = version.settings { state.settings = settings }
        return (state, acceptance.change)
    }

    private func accept(
        _ body: DeployBody,
        _ reference: FunctionReference,
        ifMatch: EntityTagCondition,
        author principal: Principal
    ) async throws -> Acceptance {
        let patch = try SettingsPatch(try body.document)
        let current = try await store.function(reference)
        if let name = patch.name, name != current.name {
            throw FuncError(.nameImmutable, "function '\(current.name)' cannot be renamed to '\(name)'")
        }
        // Checked before the transaction, because a runtime may have to be looked for on the machine.
        let settings = try patch.applied(to: current.settings)
        try await rules.check(settings)
        let author = principal.name
        guard body.source != nil else {
            return try await deployments.update(
                reference,
                ifVersion: patch.ifVersion,
                ifMatch: ifMatch,
                author: author
            ) {
                try patch.applied(to: $0)
            }
        }
        try ifMatch.check(current.name, revision: current.revision)
        var request = DeployRequest(
            name: current.name,
            settings: settings,
            sourceDigest: nil,
            ifVersion: patch.ifVersion
        )
        try await take(body.source, for: &request, principal)
        return try await deployments.deploy(request, to: reference, author: author)
    }

    /// Who names a source by its digest must have shown that they have it; who sends it along has.
    private func take(
        _ source: GivenSource?,
        _ dependencies: [String] = [],
        for request: inout DeployRequest,
        _ principal: Principal
    ) async throws {
        guard let source else { return try await artifacts.require(request.sourceDigest, for: principal) }
        let intake = SourceIntake(artifacts: artifacts)
        request.sourceDigest = try await intake.store(source, for: request.settings, dependencies: dependencies)
    }

    /// Who may do what was decided by query and path before a form was read.
    private func checkProject(_ body: DeployBody, _ context: APIContext) throws {
        guard body.isForm, let named = try body.text("project_id"), named != context.project else { return }
        throw FuncError.field(
            "project_id",
            "field 'project_id' names '\(named)', and the request is about project '\(context.project)'",
            hint: "name the project in the query: ?project_id=\(named)"
        )
    }
}
