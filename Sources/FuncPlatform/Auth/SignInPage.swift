import Foundation
import FuncKit
import Hummingbird

/// The pages of the built-in identity provider: plain HTML without scripts, usable by keyboard and screen reader.
struct SignInPage: Sendable {
    /// What the form shows when it comes back because something in it was wrong.
    struct Entries: Sendable {
        var email = ""
        var name = ""
        var role = ""
        var fault: String?
    }

    /// Where the form's answer leads, which the page's policy has to allow.
    var redirectOrigin: String?

    /// The form that asks who signs in.
    func form(state: String, nonce: String, needsOwner: Bool, entries: Entries = Entries()) -> Response {
        let fault = entries.fault.map { #"<p class="fault" role="alert" id="fault">\#(Self.escaped($0))</p>"# } ?? ""
        let destination = redirectOrigin.map {
            "<p>Afterwards the browser goes to <code>\(Self.escaped($0))</code>, a program on this machine.</p>"
        }
        let body = """
            <p>A program asks to act on your local platform in the name of the person below.</p>
            \(destination ?? "")
            \(fault)
            <form method="post" action="/auth/provider/authorize">
            <input type="hidden" name="state" value="\(Self.escaped(state))">
            <input type="hidden" name="nonce" value="\(Self.escaped(nonce))">
            <label for="email">E-mail address</label>
            <input id="email" name="email" type="email" autocomplete="email" required maxlength="254" \
            value="\(Self.escaped(entries.email))"\(fault.isEmpty ? "" : #" aria-describedby="fault""#)>
            <label for="name">Name</label>
            <input id="name" name="name" type="text" autocomplete="name" maxlength="128" \
            value="\(Self.escaped(entries.name))">
            <label for="role">Role in project <code>default</code></label>
            <select id="role" name="role">\(Self.options(selected: entries.role))</select>
            \(needsOwner ? Self.ownerField : "")
            <p class="buttons"><button name="decision" value="allow">Allow</button>
            <button name="decision" value="deny" formnovalidate>Deny</button></p>
            </form>
            """
        return page("Sign in", body, status: entries.fault == nil ? .ok : .unprocessableContent)
    }

    /// Shows a code that has to be carried to the client by hand.
    func code(_ code: String, state: String) -> Response {
        page(
            "Signed in",
            """
            <p>Give these two values to the program that asked. They are good for one minute, and once.</p>
            <dl><dt>Code</dt><dd><code>\(Self.escaped(code))</code></dd>
            <dt>State</dt><dd><code>\(Self.escaped(state))</code></dd></dl>
            """
        )
    }

    /// Says something, such as why there is nothing to decide.
    func message(_ title: String, _ text: String, status: HTTPResponse.Status = .ok) -> Response {
        page(title, "<p>\(Self.escaped(text))</p>", status: status)
    }

    /// Text as it can stand in an element and in a quoted attribute.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static let ownerField = """
        <label for="platform_token">Token of the platform</label>
        <input id="platform_token" name="platform_token" type="password" autocomplete="off" required \
        aria-describedby="token_help">
        <p id="token_help">It shows that the owner of this platform lets you in, and stands in the file
        <code>run/platform.json</code> of the platform's data folder.</p>
        """

    private static func options(selected: String) -> String {
        ([("", "as before")] + Role.allCases.map { ($0.rawValue, $0.rawValue) })
            .map { value, text in
                #"<option value="\#(value)"\#(value == selected ? " selected" : "")>\#(text)</option>"#
            }
            .joined()
    }

    private static let style = """
        body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;\
        color:#1b1b1b;background:#fff}\
        label{display:block;margin-top:1rem;font-weight:600}\
        input,select{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;border:1px solid #595959}\
        button{font:inherit;padding:.5rem 1.5rem;margin-right:1rem;border:1px solid #1b1b1b;background:#fff;color:#1b1b1b}\
        button[value=allow]{background:#0b4f8a;border-color:#0b4f8a;color:#fff}\
        :focus-visible{outline:3px solid #b35900;outline-offset:2px}\
        .fault{border-left:4px solid #a80000;padding-left:.75rem}\
        code{overflow-wrap:anywhere}
        """

    private func page(_ title: String, _ body: String, status: HTTPResponse.Status = .ok) -> Response {
        let html = """
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(Self.escaped(title)) – hks-func local platform</title><style>\(Self.style)</style></head>
            <body><main><h1>\(Self.escaped(title))</h1>
            \(body)
            </main></body>
            </html>

            """
        var response = Response(status: status, body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
        response.headers[.contentType] = "text/html; charset=utf-8"
        response.headers[.cacheControl] = "no-store"
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.contentSecurityPolicy] = policy
        response.headers[.referrerPolicy] = "same-origin"
        response.headers[.frameOptions] = "DENY"
        return response
    }

    /// Nothing but the page's own style and form. Browsers hold `form-action` against the redirect after the form too; it
    /// cannot name an IPv6 address, so that such a one takes the whole scheme.
    private var policy: String {
        let hash = SecretText.sha256(Self.style).base64EncodedString()
        let target = redirectOrigin.map { $0.contains("[") ? " http:" : " \($0)" } ?? ""
        return "default-src 'none'; style-src 'sha256-\(hash)'; form-action 'self'\(target); "
            + "frame-ancestors 'none'; base-uri 'none'"
    }
}

extension FieldName {
    // `no-referrer` would make browsers send the form with the origin `null`, which the gateway takes for a foreign one.
    static let referrerPolicy = FieldName("referrer-policy") ?? .server
    static let frameOptions = FieldName("x-frame-options") ?? .server
}
