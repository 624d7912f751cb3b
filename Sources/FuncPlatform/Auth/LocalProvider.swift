import Foundation
import FuncKit

/// The identity provider that comes with the platform: it believes whoever is let in.
///
/// It keeps sign-ins between their start and their end. All of them are of short life, and none survives the platform.
actor LocalProvider {
    /// Its name in paths and accounts.
    static let name = "local"
    /// How long a sign-in may take.
    static let stateLifetime: TimeInterval = 600
    /// How long a code is good.
    static let codeLifetime: TimeInterval = 60
    /// Sign-ins at once; beyond them the oldest are forgotten.
    private static let maxStates = 1000

    /// How a sign-in is to go, as its client wants it.
    struct Request: Hashable, Sendable {
        /// SHA-256 of the verifier that the code is redeemed with (RFC 7636).
        var challenge: String?
        /// Where the browser goes in the end.
        var redirectURL: String?
        /// Whether the platform's owner began it, so that nobody else has to let it in.
        var isApproved = false
    }

    /// Who someone is, as entered on the provider's page.
    struct Identity: Hashable, Sendable {
        var email: String
        var name: String
        /// Their role in the default project from now on; nil leaves what they have.
        var role: Role?
    }

    /// What a code is good for.
    enum Redemption: Hashable, Sendable {
        case identity(Identity)
        /// The sign-in wants a verifier with the code; the code stays good.
        case verifierMissing
        /// There is no such sign-in, or code, verifier or time are wrong. It is over.
        case refused
    }

    private struct Pending {
        var request: Request
        var beganAt: Date
        var nonce: String?
        var code: String?
        var codeMadeAt = Date.distantPast
        var identity: Identity?
    }

    private let now: @Sendable () -> Date
    private var pending: [String: Pending] = [:]

    init(now: @escaping @Sendable () -> Date) {
        self.now = now
    }

    /// Begins a sign-in and gives the state that names it.
    func begin(_ request: Request) -> String {
        forget()
        let state = SecretText.make()
        pending[state] = Pending(request: request, beganAt: now())
        return state
    }

    /// A sign-in that waits for a decision, and the one-time text that its next form has to carry.
    func page(state: String) -> (request: Request, nonce: String)? {
        guard var sign = waiting(state), sign.code == nil else { return nil }
        let nonce = SecretText.make(bytes: 16)
        sign.nonce = nonce
        pending[state] = sign
        return (sign.request, nonce)
    }

    /// The sign-in that a form belongs to; nil where the form was not the latest one. No form can be used twice.
    func take(nonce: String, state: String) -> Request? {
        guard var sign = waiting(state), let expected = sign.nonce, SecretText.isEqual(expected, nonce) else {
            return nil
        }
        sign.nonce = nil
        pending[state] = sign
        return sign.request
    }

    /// Lets someone in: the code to redeem. Nil where the sign-in is over by now.
    func allow(_ identity: Identity, state: String) -> String? {
        guard var sign = waiting(state), sign.code == nil else { return nil }
        let code = SecretText.make()
        sign.code = code
        sign.codeMadeAt = now()
        sign.identity = identity
        pending[state] = sign
        return code
    }

    /// Ends a sign-in without letting anyone in.
    func deny(state: String) {
        pending[state] = nil
    }

    /// Redeems a code, which ends the sign-in whether it is right or wrong.
    func redeem(code: String, state: String, verifier: String?) -> Redemption {
        guard let sign = waiting(state), let expected = sign.code, let identity = sign.identity else { return .refused }
        let isFresh = (0..<Self.codeLifetime).contains(now().timeIntervalSince(sign.codeMadeAt))
        guard isFresh, SecretText.isEqual(expected, code) else {
            pending[state] = nil
            return .refused
        }
        if let challenge = sign.request.challenge {
            guard let verifier else { return .verifierMissing }
            guard SecretText.isEqual(CodeChallenge.make(from: verifier), challenge) else {
                pending[state] = nil
                return .refused
            }
        }
        pending[state] = nil
        return .identity(identity)
    }

    private func waiting(_ state: String) -> Pending? {
        guard let sign = pending[state], isAlive(sign) else { return nil }
        return sign
    }

    private func isAlive(_ sign: Pending) -> Bool {
        (0..<Self.stateLifetime).contains(now().timeIntervalSince(sign.beganAt))
    }

    private func forget() {
        pending = pending.filter { isAlive($0.value) }
        guard pending.count >= Self.maxStates else { return }
        let oldest = pending.sorted { $0.value.beganAt < $1.value.beganAt }.prefix(pending.count - Self.maxStates + 1)
        for (state, _) in oldest { pending[state] = nil }
    }
}
