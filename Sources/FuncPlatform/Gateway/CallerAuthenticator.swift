import Crypto
import Foundation
import FuncKit
import Synchronization

/// Finds out whether the clients of functions that are not public may call them.
///
/// Credentials that were found good are remembered for a short time, so that most requests are decided on the event loop
/// they came in on. What was taken away is therefore refused once that time is over, at the latest.
final class CallerAuthenticator: Sendable {
    /// Longest time for which a good credential is not looked at again.
    static let timeToLive: TimeInterval = 30
    private static let capacity = 1024
    private static let maxPending = 256

    private let authenticator: (any Authenticating)?
    private let now: @Sendable () -> Date
    private let state = Mutex(State())

    private struct State {
        var known: [Key: Proof] = [:]
        /// Keys of `known`, oldest first.
        var order: [Key] = []
        var pending = 0
    }

    /// A credential as far as it is kept: no one can use its digest.
    private struct Key: Hashable {
        var digest: SHA256Digest
        var auth: HTTPTriggerAuth
        var isAPIKey: Bool
    }

    /// What a credential was found to prove.
    private struct Proof {
        var subject: String
        /// Nil for a JWT that need not stand for anyone here.
        var grants: Grants?
        var validUntil: Date
    }

    /// Asks `authenticator`; without one every credential is wrong.
    init(authenticator: (any Authenticating)?, now: @escaping @Sendable () -> Date = { Date() }) {
        self.authenticator = authenticator
        self.now = now
    }

    /// The decision, where it can be made at once.
    func known(_ demand: CallerDemand) -> Result<AdmittedCaller, GatewayFailure>? {
        do throws(GatewayFailure) {
            let key = Self.key(of: try demand.credential(), demand.auth)
            guard let proof = state.withLock({ $0.known[key] }), proof.validUntil > now() else { return nil }
            return Self.decide(proof, demand)
        } catch {
            return .failure(error)
        }
    }

    /// The decision, however long it takes.
    func decide(_ demand: CallerDemand) async -> Result<AdmittedCaller, GatewayFailure> {
        let isFree = state.withLock { state in
            guard state.pending < Self.maxPending else { return false }
            state.pending += 1
            return true
        }
        guard isFree else { return .failure(.cannotAuthenticate) }
        defer { state.withLock { $0.pending -= 1 } }
        do throws(GatewayFailure) {
            let credential = try demand.credential()
            let proof = try await prove(credential, demand)
            remember(proof, as: Self.key(of: credential, demand.auth))
            return Self.decide(proof, demand)
        } catch {
            return .failure(error)
        }
    }

    // MARK: - Steps

    private func prove(_ credential: Credential, _ demand: CallerDemand) async throws(GatewayFailure) -> Proof {
        let limit = now().addingTimeInterval(Self.timeToLive)
        do {
            guard let authenticator else { throw FuncError(.unauthenticated, "no credentials are known") }
            if demand.auth == .jwt, case .bearer(let token) = credential {
                let found = try await authenticator.subject(ofJWT: token, client: demand.client)
                return Proof(
                    subject: found.subject,
                    grants: nil,
                    validUntil: min(limit, found.expiresAt ?? limit)
                )
            }
            let principal = try await authenticator.principal(for: credential, client: demand.client)
            return Proof(
                subject: principal.id,
                grants: principal.grants,
                validUntil: min(limit, principal.expiresAt ?? limit)
            )
        } catch let error as FuncError where error.code == .unauthenticated {
            throw .unauthenticated("invalid or expired token", isInvalid: true)
        } catch let error as FuncError where error.code == .rateLimited {
            throw GatewayFailure(.tooManyRequests, .rateLimited, "too many wrong credentials", retryAfterSeconds: 10)
        } catch let error as Throttled {
            throw GatewayFailure(.tooManyRequests, error.error, retryAfterSeconds: error.retryAfter)
        } catch {
            // Details would say more about the platform than a caller has to know.
            throw .cannotAuthenticate
        }
    }

    private static func decide(_ proof: Proof, _ demand: CallerDemand) -> Result<AdmittedCaller, GatewayFailure> {
        guard let grants = proof.grants else {
            return .success(AdmittedCaller(subject: proof.subject, keepsCredentials: true))
        }
        guard grants.allows(.invoke, project: demand.project, function: demand.function) else {
            return .failure(.callNotAllowed)
        }
        return .success(AdmittedCaller(subject: proof.subject, keepsCredentials: false))
    }

    private func remember(_ proof: Proof, as key: Key) {
        let now = now()
        state.withLock { state in
            if state.known.updateValue(proof, forKey: key) == nil { state.order.append(key) }
            guard state.order.count > Self.capacity else { return }
            // Half of them at once, so that a flood of credentials does not move the list with each of them.
            let alive = state.order.filter { state.known[$0].map { $0.validUntil > now } ?? false }
            let kept = Set(alive.suffix(Self.capacity / 2))
            state.known = state.known.filter { kept.contains($0.key) }
            state.order = state.order.filter(kept.contains)
        }
    }

    private static func key(of credential: Credential, _ auth: HTTPTriggerAuth) -> Key {
        switch credential {
        case .bearer(let text): Key(digest: SHA256.hash(data: Data(text.utf8)), auth: auth, isAPIKey: false)
        case .apiKey(let text): Key(digest: SHA256.hash(data: Data(text.utf8)), auth: auth, isAPIKey: true)
        }
    }
}
