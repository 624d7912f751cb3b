import Crypto
import Foundation
import FuncKit
import NIOHTTP1

/// What the client of one request has to prove, and what it brings as proof.
struct CallerDemand: Sendable {
    /// Longest credential that is looked at.
    private static let maxCredentialBytes = 16 << 10

    let auth: HTTPTriggerAuth
    /// Ids of project and function.
    let project: String
    let function: String
    /// Address of the client.
    let client: String
    private let authorizations: [String]
    private let apiKeys: [String]

    init(_ request: IncomingRequest, auth: HTTPTriggerAuth, route: FunctionRoute, client: String) {
        self.auth = auth
        self.client = client
        project = route.projectID
        function = route.functionID
        authorizations = request.authorizations
        apiKeys = request.apiKeys
    }

    /// The one credential that counts; as at the control API, `Authorization` goes before `X-API-Key`.
    /// - Throws: status 401; status 400 where there are two, of which the function might see the other one.
    func credential() throws(GatewayFailure) -> Credential {
        guard authorizations.count <= 1, apiKeys.count <= 1 else {
            throw .badRequest("a request must have at most one header field with credentials")
        }
        if let header = authorizations.first {
            let parts = header.split(separator: " ", maxSplits: 1)
            let token = parts.count == 2 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
            guard parts.first?.lowercased() == "bearer", Self.isToken(token) else {
                throw .unauthenticated("the authorization header is not of the form 'Bearer TOKEN'", isInvalid: true)
            }
            return .bearer(token)
        }
        if auth == .token, let key = apiKeys.first {
            guard Self.isToken(key) else { throw .unauthenticated("the API key is not valid", isInvalid: true) }
            return .apiKey(key)
        }
        throw .unauthenticated("the function wants credentials", isInvalid: false)
    }

    /// Visible ASCII of a bearable length.
    private static func isToken(_ text: String) -> Bool {
        (1...maxCredentialBytes).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}

/// A client that may call a function.
struct AdmittedCaller: Hashable, Sendable {
    /// Who it is, as the value of a header field.
    let subject: String
    /// Whether the function gets to see the credentials.
    let keepsCredentials: Bool

    init(subject: String, keepsCredentials: Bool) {
        self.keepsCredentials = keepsCredentials
        // An issuer may put anything into a name; a line end would begin another field.
        self.subject = subject.utf8.map { byte in
            let isPlain = (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "%")
            return isPlain ? String(UnicodeScalar(byte)) : "%" + Digest.hex([byte])
        }.joined()
    }
}

extension GatewayFailure {
    /// RFC 6750 3: a client without credentials learns what to send, one with wrong ones that they are wrong.
    static func unauthenticated(_ message: String, isInvalid: Bool) -> GatewayFailure {
        var failure = GatewayFailure(
            .unauthorized,
            .unauthenticated,
            message,
            hint: "send 'Authorization: Bearer TOKEN'"
        )
        failure.fields = [("www-authenticate", isInvalid ? "Bearer error=\"invalid_token\"" : "Bearer")]
        return failure
    }

    static let callNotAllowed = GatewayFailure(
        .forbidden,
        .forbidden,
        "these credentials do not allow to call the function",
        hint: "ask an admin of the project for the role developer, or for the right to call the function"
    )

    static let cannotAuthenticate = GatewayFailure(
        .serviceUnavailable,
        .overloaded,
        "credentials cannot be checked at the moment",
        retryAfterSeconds: 1
    )
}
