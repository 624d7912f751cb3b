import Foundation
import FuncKit
import Hummingbird

/// `/auth/provider/authorize`: the page of the built-in identity provider, and what its form leads to.
struct AuthProviderRoutes: Sendable {
    let service: SignInService
    private static let path = "/provider/authorize"

    init(_ auth: AuthParts) {
        service = auth.signIn
    }

    func add(to group: APIRouteGroup) {
        group.on(.get, Self.path, .open) { request, _ in
            let state = APIQuery(request).text("state") ?? ""
            return await form(state: state)
        }
        group.on(.post, Self.path, .open, decide)
    }

    private func form(state: String, entries: SignInPage.Entries = .init()) async -> Response {
        guard let (request, nonce) = await service.provider.page(state: state) else { return Self.isOver }
        return SignInPage(redirectOrigin: request.redirectURL.flatMap(WebAddress.origin))
            .form(state: state, nonce: nonce, needsOwner: !request.isApproved, entries: entries)
    }

    @Sendable private func decide(_ request: Request, _ context: APIContext) async throws -> Response {
        let form = try await AuthFormBody(request)
        let state = form["state"]
        guard let sign = await service.provider.take(nonce: form["nonce"], state: state) else { return Self.isOver }
        if form["decision"] == "deny" { return await deny(sign, state: state) }
        var entries = SignInPage.Entries(email: form["email"], name: form["name"], role: form["role"])
        let identity: LocalProvider.Identity
        do {
            identity = try Self.identity(form)
            if !sign.isApproved, try await !service.isOwner(form["platform_token"], from: ClientInfo(request)) {
                throw FuncError(.forbidden, "this is not the token of the platform")
            }
        } catch let error as FuncError {
            entries.fault = error.message
            return await self.form(state: state, entries: entries)
        }
        guard let code = await service.provider.allow(identity, state: state) else { return Self.isOver }
        let items = [("code", code), ("state", state)]
        if let address = sign.redirectURL { return Self.redirect(to: WebAddress.adding(items, to: address)) }
        // Who waits with a verifier gets the code by hand: a browser cannot send the verifier along.
        if sign.challenge != nil { return SignInPage().code(code, state: state) }
        return Self.redirect(to: WebAddress.adding(items, to: "/auth/callback/\(LocalProvider.name)"))
    }

    private func deny(_ sign: LocalProvider.Request, state: String) async -> Response {
        await service.provider.deny(state: state)
        guard let address = sign.redirectURL else {
            return SignInPage().message("Denied", "Nobody was signed in. You can close this page.")
        }
        return Self.redirect(to: WebAddress.adding([("error", "access_denied"), ("state", state)], to: address))
    }

    private static var isOver: Response {
        SignInPage().message(
            "Nothing to decide",
            "This sign-in is over, or the page is not the latest one of it. Begin again where you came from.",
            status: .badRequest
        )
    }

    /// - Throws: `invalid_argument` with a text for people.
    private static func identity(_ form: AuthFormBody) throws -> LocalProvider.Identity {
        guard form["decision"] == "allow" else { throw FuncError(.invalidArgument, "choose 'Allow' or 'Deny'") }
        let email = form["email"].trimmingCharacters(in: .whitespaces)
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        let isPlain = email.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
        guard email.utf8.count <= 254, isPlain, parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
            throw FuncError(.invalidArgument, "'\(email.prefix(254))' is not an e-mail address")
        }
        let name = form["name"].trimmingCharacters(in: .whitespaces)
        guard name.count <= 128, name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw FuncError(.invalidArgument, "the name is too long, or has letters that cannot be shown")
        }
        let role = form["role"]
        guard role.isEmpty || Role(rawValue: role) != nil else {
            throw FuncError(.invalidArgument, "'\(role.prefix(32))' is not a role")
        }
        return LocalProvider.Identity(email: email, name: name.isEmpty ? email : name, role: Role(rawValue: role))
    }

    private static func redirect(to address: String) -> Response {
        Response(status: .found, headers: [.location: address, .cacheControl: "no-store"])
    }
}
