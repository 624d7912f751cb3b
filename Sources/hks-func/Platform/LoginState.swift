import Foundation
import FuncKit

/// What proves to a target's server who sends a request.
struct LoginState: Sendable {
    enum Method: String, Encodable, Sendable {
        /// The token of the local platform, which this machine's user owns.
        case owner
        /// A login of the kinds of ``StoredCredential/Kind``.
        case oauth, token
        case apiKey = "api_key"
        /// A variable.
        case environment
        /// A file that another program keeps.
        case file
        /// Nothing.
        case none
    }

    let method: Method
    /// The login, where it is one.
    var credential: StoredCredential?
    /// The variable or file, where it is one.
    var source: String?
}

extension CommandContext {
    /// The logins of this user.
    var credentials: CredentialStore { CredentialStore(directories) }

    /// The user's configuration, without the notice that connecting shows.
    func storedConfig() throws -> ConfigFile { try ConfigFile.load(directories) }

    /// The target that the flags of a command lead to.
    /// - Throws: `context_not_found`, `config_invalid`.
    func target(_ selection: TargetSelection) throws -> ConnectionTarget {
        let config = try storedConfig()
        return try Contexts(config: config).target(settings(config, selection), environment: environment)
    }

    /// What the credentials of a target must have been given for.
    /// - Throws: `config_invalid`.
    func origin(of target: ConnectionTarget) throws -> String {
        switch target.server {
        case .endpoint(let address): try ServerOrigin(address).description
        case .local: CredentialStore.localOrigin(dataFolder: try localDataFolder())
        }
    }

    private func localDataFolder() throws -> String {
        try settings(try storedConfig()).value("platform.dataDir") ?? directories.platform
    }

    /// What proves to a target's server who sends a request; no server is asked.
    /// - Throws: `config_invalid`, `file_system`.
    func loginState(of target: ConnectionTarget) throws -> LoginState {
        let origin = try origin(of: target)
        func stored() throws -> LoginState? {
            guard let credential = try credentials.read(target.context),
                credential.origin == nil || credential.origin == origin
            else { return nil }
            return LoginState(method: LoginState.Method(credential.kind), credential: credential)
        }
        switch target.token {
        case .environment(let name): return LoginState(method: .environment, source: name)
        case .file(let path) where path != credentials.path(for: target.context):
            return LoginState(method: .file, source: path)
        case .file: return try stored() ?? LoginState(method: .none)
        case nil where target.server == .local: return try stored() ?? LoginState(method: .owner)
        case nil: return LoginState(method: .none)
        }
    }
    /// Removes the login to a local platform whose data, and users with it, are deleted.
    /// - Throws: `file_system`.
    func forgetLocalLogin(dataFolder: String) async throws {
        let store = credentials
        guard FileManager.default.fileExists(atPath: store.path(for: Contexts.local)) else { return }
        try await store.exclusively {
            let credential = try store.read(Contexts.local)
            if credential?.origin == CredentialStore.localOrigin(dataFolder: dataFolder) {
                try store.remove(Contexts.local)
            }
        }
    }
}
