import ArgumentParser
import FuncKit

/// `hks-func whoami`
struct SessionShow: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "whoami",
        abstract: "Show who you are to the server of a context.",
        discussion: """
            EXAMPLES
              hks-func whoami
              hks-func whoami --context prod -o json
            """
    )

    @OptionGroup(title: "Target") var target: ContextOption
    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        let target = try context.target(self.target.selection)
        let state = try context.loginState(of: target)
        guard state.method != .none else {
            throw FuncError(
                .unauthenticated,
                "nobody is logged in to \(target.place ?? "context '\(target.context)'")",
                hint: "run 'hks-func login -c \(target.context)'"
            )
        }
        var endpoint: String?
        var identity: ServerIdentity?
        do {
            let connection = try await context.connect(self.target.selection)
            endpoint = connection.url
            identity = try await AuthClient(
                endpoint: connection.url,
                http: connection.http,
                tokens: connection.tokens
            ).identity()
            if identity == nil { context.console.note("the server does not tell who you are to it") }
        } catch let error as FuncError where error.code == .platformNotRunning {
            context.console.note(error.message)
        }
        // A renewal may have changed it.
        let credential = state.credential == nil ? nil : try context.credentials.read(target.context)
        try context.console.result(
            WhoamiResult(
                context: target.context,
                endpoint: endpoint,
                method: state.method,
                user: identity?.user ?? credential?.user ?? Self.owner(state),
                kind: identity?.kind ?? (state.method == .owner ? "owner" : nil),
                roles: identity?.roles,
                isAdmin: identity?.isAdmin,
                verified: identity != nil,
                expiresAt: credential?.expiresAt
            )
        )
    }

    private static func owner(_ state: LoginState) -> ServerUser? {
        state.method == .owner ? ServerUser(id: "local", displayName: "local") : nil
    }
}
