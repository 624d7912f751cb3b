import Foundation

/// Where the bearer token of a server comes from; asked before every request, so that a source may renew it.
public protocol TokenSource: Sendable {
    /// The token to send, or nil to send none.
    /// - Throws: `unauthenticated` where there should be a token and is none.
    func token() async throws -> String?
}

/// A token that is known already.
public struct FixedToken: TokenSource {
    private let value: String?

    /// Holds a token; nil sends none.
    public init(_ value: String?) {
        self.value = value
    }

    /// The token given.
    public func token() async throws -> String? { value }
}

/// A token in a file, read anew each time, so that another program may renew it.
public struct FileToken: TokenSource {
    private let path: String

    /// Names the file; the token is its first line.
    public init(path: String) {
        self.path = path
    }

    /// The first line of the file.
    /// - Throws: `unauthenticated`.
    public func token() async throws -> String? {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw FuncError(.unauthenticated, "cannot read the token file '\(path)'", cause: "\(error)")
        }
        guard let line = text.split(whereSeparator: \.isNewline).first.map({ $0.trimmingCharacters(in: .whitespaces) }),
            !line.isEmpty
        else { throw FuncError(.unauthenticated, "the token file '\(path)' is empty") }
        return line
    }
}
