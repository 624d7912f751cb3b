import Foundation

/// Signs in through the user's browser: by a request to this machine where the server allows that, else by what the user
/// copies from the server's own page.
public struct BrowserSignIn: Sendable {
    /// How long a user may take.
    public static let patience = Duration.seconds(300)

    private let client: AuthClient
    private let provider: String

    /// Names server and identity provider.
    public init(client: AuthClient, provider: String) {
        self.client = client
        self.provider = provider
    }

    /// Waits for the browser to come back to this machine; nil where the server sends it to a page of its own.
    ///
    /// `show` gets the address to sign in on.
    /// - Throws: `timed_out`, `forbidden` where the user refuses, `conflict` for too many sessions, what a request may throw.
    public func throughBrowser(
        within limit: Duration = patience,
        show: (String) async throws -> Void
    ) async throws -> TokenGrant? {
        let listener = try LoopbackListener()
        let proof = ProofKey()
        let begun = try await client.begin(provider: provider, proof: proof, redirectURL: listener.redirectURL)
        guard begun.redirectURL == listener.redirectURL else { return nil }
        try await show(begun.pageURL)
        let code = try await listener.code(state: begun.state, within: limit)
        return try await client.redeem(code, state: begun.state, provider: provider, proof: proof)
    }

    /// Begins a sign-in that ends on the server's own page. That page cannot show that it belongs to this program, so that
    /// no challenge is sent.
    /// - Throws: what a request may throw.
    public func begin() async throws -> AuthClient.SignIn {
        try await client.begin(provider: provider)
    }

    /// Whether more lines may complete what begins like JSON.
    public static func isIncomplete(_ pasted: String) -> Bool {
        pasted.trimmingCharacters(in: .whitespacesAndNewlines).hasPrefix("{")
            && (try? JSONValue(parsing: Data(pasted.utf8))) == nil
    }

    /// Ends such a sign-in with what the user copied: the JSON that the page shows, its address, or the code.
    /// - Throws: `invalid_argument` where it is neither, or belongs to another sign-in; as ``throughBrowser(within:show:)``.
    public func finish(_ begun: AuthClient.SignIn, pasted: String) async throws -> TokenGrant {
        switch try PastedAnswer(pasted) {
        case .grant(let grant):
            return grant
        case .code(let code, let state):
            guard state == nil || state == begun.state else {
                throw FuncError(
                    .invalidArgument,
                    "what was pasted belongs to another sign-in",
                    hint: "run 'hks-func login' again and use the address that it shows"
                )
            }
            return try await client.redeem(code, state: begun.state, provider: provider, proof: nil)
        }
    }
}

/// What a user copies from the page that a sign-in ends on.
enum PastedAnswer: Sendable {
    case grant(TokenGrant)
    case code(String, state: String?)

    private struct Pair: Decodable {
        var code: String
        var state: String?
    }

    /// Reads JSON with tokens or with a code, an address, `code=…&state=…`, or a code with or without its state.
    /// - Throws: `invalid_argument`, `forbidden` where the address says that the sign-in was refused.
    init(_ text: String) throws {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if text.hasPrefix("{") {
            let data = Data(text.utf8)
            if let grant = try? JSONDecoder().decode(TokenGrant.self, from: data) {
                self = .grant(grant)
            } else if let pair = try? JSONDecoder().decode(Pair.self, from: data) {
                self = .code(pair.code, state: pair.state)
            } else {
                throw Self.unreadable
            }
        } else if let answer = SignInAnswer(address: text) {
            self = .code(try answer.code.get(), state: answer.state)
        } else {
            let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
            guard (1...2).contains(words.count), words.allSatisfy(StoredCredential.isToken), !text.contains("://")
            else {
                throw Self.unreadable
            }
            self = .code(words[0], state: words.count == 2 ? words[1] : nil)
        }
    }

    private static var unreadable: FuncError {
        FuncError(
            .invalidArgument,
            "what was pasted is neither the page's JSON, nor its address, nor a code",
            hint: "copy all that the page shows after you signed in"
        )
    }
}
