import Foundation

/// Where the bearer token of a server comes from; asked before every request, so that a source may renew it.
public protocol TokenSource: Sendable {
    /// The token to send, or nil to send none.
    /// - Throws: `unauthenticated` where there should be a token and is none.
    func token() async throws -> String?

    /// The token to try once more with after the server refused `refused`; nil where there is no other.
    /// - Throws: `unauthenticated` where the login has ended.
    func token(after refused: String) async throws -> String?

    /// What to do where the server refuses the token, or the lack of one; nil where nobody can tell.
    var refusalHint: String? { get }
}

extension TokenSource {
    /// Most sources know nothing better than what holds for all of them.
    public var refusalHint: String? { nil }

    /// Most sources know one token only.
    public func token(after refused: String) async throws -> String? { nil }
}

/// A token that is known already.
public struct FixedToken: TokenSource {
    private let value: String?
    /// What to do where the server refuses it.
    public let refusalHint: String?

    /// Holds a token; nil sends none.
    public init(_ value: String?, refusalHint: String? = nil) {
        self.value = value
        self.refusalHint = refusalHint
    }

    /// The token given.
    public func token() async throws -> String? { value }
}

/// A token in a file, read anew each time, so that another program may renew it.
public struct FileToken: TokenSource {
    private static let hint = "put the token in its first line, or run 'hks-func login'"

    private let path: String

    /// Names the file; the token is its first line.
    public init(path: String) {
        self.path = path
    }

    /// Names the file.
    public var refusalHint: String? { "put a valid token in the first line of '\(path)'" }

    /// The first line of the file.
    /// - Throws: `unauthenticated`.
    public func token() async throws -> String? {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw FuncError(
                .unauthenticated,
                "cannot read the token file '\(path)'",
                hint: Self.hint,
                because: error
            )
        }
        guard let line = text.split(whereSeparator: \.isNewline).first.map({ $0.trimmingCharacters(in: .whitespaces) }),
            !line.isEmpty
        else { throw FuncError(.unauthenticated, "the token file '\(path)' is empty", hint: Self.hint) }
        return line
    }

    /// The first line of the file, where another program has replaced it meanwhile.
    /// - Throws: `unauthenticated`.
    public func token(after refused: String) async throws -> String? {
        let present = try await token()
        return present == refused ? nil : present
    }
}

/// A token in an environment variable, which may turn out to be missing.
public struct VariableToken: TokenSource {
    private let name: String
    private let value: String?

    /// Takes the variable from the process environment.
    public init(_ name: String, in environment: [String: String]) {
        self.name = name
        value = environment[name]
    }

    /// Names the variable.
    public var refusalHint: String? { "the token comes from the variable \(name): set it to a valid one" }

    /// The value of the variable.
    /// - Throws: `unauthenticated`.
    public func token() async throws -> String? {
        guard let value, !value.isEmpty else {
            throw FuncError(
                .unauthenticated,
                "the environment variable \(name), which holds the token, is not set",
                hint: "set it to a bearer token: export \(name)=…"
            )
        }
        return value
    }
}
