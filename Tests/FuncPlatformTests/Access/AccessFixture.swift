import Foundation
import FuncKit
import Hummingbird
import HummingbirdTesting
import TestSupport

@testable import FuncPlatform

/// Who sends a request.
enum Caller: String, CaseIterable, Sendable {
    case nobody, stranger, invoker, viewer, developer, admin, platformAdmin

    /// The bearer token, which is also the principal's id.
    var token: String? {
        switch self {
        case .nobody: nil
        case .platformAdmin: "secret"
        default: "user-\(rawValue)"
        }
    }

    /// Whether the least that someone must be is no more than this.
    func satisfies(_ least: LeastRole) -> Bool {
        let callers: [Caller] =
            switch least {
            case .nobody: Caller.allCases
            case .signedIn: Caller.allCases.filter { $0 != .nobody }
            case .invoker: [.invoker, .developer, .admin, .platformAdmin]
            case .viewer: [.viewer, .developer, .admin, .platformAdmin]
            case .developer: [.developer, .admin, .platformAdmin]
            case .admin: [.admin, .platformAdmin]
            case .platformAdmin: [.platformAdmin]
            }
        return callers.contains(self)
    }
}

/// Takes any id of a user for its own proof, and `secret` for the owner's.
struct TrustingAuthenticator: Authenticating {
    let memberships: MembershipStore
    var defaultProject = "default"

    func principal(for credential: Credential, client: String?) async throws -> Principal {
        guard case .bearer(let token) = credential else { throw FuncError(.unauthenticated, "no bearer token") }
        if token == "secret" { return .owner }
        guard token.hasPrefix("user-") else { throw FuncError(.unauthenticated, "invalid or expired token") }
        let grants = try await memberships.grants(of: token)
        return Principal(id: token, name: token, kind: .user, grants: grants, defaultProject: defaultProject)
    }
}

/// A platform with a project `shop` and one caller of each kind, whose rights are all in it.
struct AccessFixture: Sendable {
    let control: ControlFixture
    let memberships: MembershipStore
    /// Id of project `shop`.
    let shop: String
    /// Id of its function `hello`.
    let hello: String

    init() async throws {
        control = try ControlFixture()
        memberships = MembershipStore(registry: control.registry)
        shop = try await ProjectStore(registry: control.registry).create(name: "shop", workspace: "default").id
        hello = try await Self.deploy("v1", to: "shop", control)
        for (caller, role) in [(Caller.viewer, Role.viewer), (.developer, .developer), (.admin, .admin)] {
            try await memberships.setRole(role, of: caller.token ?? "", in: shop)
        }
        let reference = FunctionReference(project: "shop", function: hello)
        _ = try await memberships.addInvoker("user-invoker", to: reference, author: "test")
    }

    /// Deploys `hello` to a project, waits until it serves, and gives its id.
    static func deploy(_ source: String, to project: String, _ control: ControlFixture) async throws -> String {
        let request = try await control.request(source)
        let state = try await control.deployments.create(
            request,
            workspace: "default",
            project: project,
            author: "test"
        )
        try await eventually("hello is ready in \(project)") { control.routes.summary(state.id) == "v1=100" }
        return state.id
    }

    /// Runs `body` with a session in the name of the platform's owner. Requests of the other callers that name no
    /// project are about `defaultProject`.
    func run(
        defaultProject: String = "default",
        _ body: @Sendable (APISession) async throws -> Void
    ) async throws {
        let authenticator = TrustingAuthenticator(memberships: memberships, defaultProject: defaultProject)
        let application = control.application(authenticator: authenticator)
        try await application.test(.router) { try await body(APISession(client: $0)) }
        try await control.stop()
    }
}
