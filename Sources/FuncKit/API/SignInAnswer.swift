import Foundation

/// What a browser brings back from a sign-in (RFC 6749, sections 4.1.2 and 4.1.2.1).
struct SignInAnswer: Sendable {
    /// Says which sign-in it belongs to.
    let state: String
    /// What the sign-in is redeemed with, or why there is none.
    let code: Result<String, FuncError>

    /// Reads the target of a request to `path`; nil where it is not an answer.
    init?(target: String?, path: String) {
        guard let target, let parts = URLComponents(string: target), parts.path == path else { return nil }
        self.init(parts)
    }

    /// Reads an address, or a query alone; nil where it is not an answer.
    init?(address: String) {
        let text = address.contains("?") ? address : "?" + address
        guard let parts = URLComponents(string: text) else { return nil }
        self.init(parts)
    }

    private init?(_ parts: URLComponents) {
        func value(_ name: String) -> String? {
            parts.queryItems?.first { $0.name == name }?.value.flatMap { $0.isEmpty ? nil : $0 }
        }
        guard let state = value("state") else { return nil }
        self.state = state
        if let reason = value("error") {
            let words = value("error_description")?.replacingOccurrences(of: "+", with: " ")
            let text = [reason.prefix(100), words?.prefix(300)].compactMap { $0 }.joined(separator: ": ")
            code = .failure(FuncError(.forbidden, "the sign-in was refused: \(text)"))
        } else if let code = value("code") {
            self.code = .success(code)
        } else {
            return nil
        }
    }
}
