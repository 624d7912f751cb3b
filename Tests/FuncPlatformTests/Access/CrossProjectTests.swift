import Foundation
import FuncKit
import Hummingbird
import TestSupport
import Testing

@testable import FuncPlatform

/// A developer of project `shop` and everything of project `bank`, which is none of their business.
struct CrossProjectTests {
    private static let base = "/api/v1/workspaces/default"

    /// Two projects with a function `hello` each; sessions of the owner and of the developer of `shop`.
    private func with(
        _ body:
            @escaping @Sendable (
                _ fixture: AccessFixture,
                _ bank: String,
                _ bankHello: String,
                _ owner: APISession,
                _ mine: APISession
            ) async throws -> Void
    ) async throws {
        let fixture = try await AccessFixture()
        let store = ProjectStore(registry: fixture.control.registry)
        let bank = try await store.create(name: "bank", workspace: "default").id
        let bankHello = try await AccessFixture.deploy("the bank's code", to: "bank", fixture.control)
        try await fixture.run { session in
            try await body(fixture, bank, bankHello, session, session.with("user-developer"))
        }
    }

    private static let functionRoutes: [(HTTPRequest.Method, String)] = [
        (.get, ""), (.put, ""), (.delete, ""), (.get, "/versions"), (.post, "/versions"), (.get, "/versions/1"),
        (.put, "/versions/1/active"), (.get, "/versions/1/build-logs"), (.post, "/rollback"), (.get, "/traffic"),
        (.put, "/traffic"), (.post, "/invoke"), (.post, "/invoke-async"), (.get, "/invocations"), (.get, "/logs"),
        (.get, "/events"), (.get, "/invokers"), (.put, "/invokers/user-developer"),
    ]

    @Test func `no way of naming a function leads into another project`() async throws {
        try await with { fixture, bank, bankHello, _, mine in
            let encoded = bankHello.replacingOccurrences(of: "-", with: "%2D")
            let names = [
                "hello?project_id=bank", "hello?project_id=\(bank)", "\(bankHello)", "\(bankHello)?project_id=shop",
                "\(bankHello)?project_id=\(fixture.shop)", "\(encoded)?project_id=shop", "hello?project_id=b%61nk",
                "hello?%70roject_id=bank", "hello?project%5Fid=bank", "hello?project_id=shop&project_id=bank",
                "hello?project_id=bank&project_id=shop", "hello?project_id=shop&project%5Fid=bank",
            ]
            for name in names {
                let parts = name.split(separator: "?", maxSplits: 1)
                let query = parts.count == 2 ? "?\(parts[1])" : ""
                let isTwofold = query.contains("&")
                for (method, rest) in Self.functionRoutes {
                    let path = "\(Self.base)/functions/\(parts[0])\(rest)\(query)"
                    let answer = try await mine.send(method, path, method == .get ? nil : "{}")
                    #expect(answer.status == (isTwofold ? 400 : 403), "\(method) \(path)")
                }
            }
            let untouched = try await fixture.control.store.function(
                FunctionReference(project: "bank", function: "hello")
            )
            #expect(untouched.id == bankHello)
            #expect(
                try await fixture.control.invocationStore.invocations(
                    of: FunctionReference(project: "bank", function: "hello"),
                    limit: 10
                ).isEmpty
            )
        }
    }

    @Test func `a function is created where query, then body says, and only in one's own project`() async throws {
        try await with { fixture, bank, _, owner, mine in
            let digest = try await Self.upload("mine", by: mine)
            func create(_ name: String, _ query: String, _ project: String) async throws -> APIAnswer {
                let body = """
                    {"name":"\(name)","runtime":"python3.11","handler":"main.handler","source_digest":"\(digest)"\
                    \(project)}
                    """
                return try await mine.send(.post, "\(Self.base)/functions/\(query)", body)
            }
            #expect(try await create("a", "", #","project_id":"bank""#).status == 403)
            #expect(try await create("a", "", #","project_id":"\#(bank)""#).status == 403)
            #expect(try await create("a", "?project_id=bank", #","project_id":"shop""#).status == 403)
            #expect(try await create("a", "", "").status == 403)
            #expect(try await create("a", "", #","project_id":["shop"]"#).status == 400)
            #expect(try await create("a", "?project_id=fresh", "").status == 403)
            let inQuery = try await create("a", "?project_id=shop", #","project_id":"bank""#)
            #expect(inQuery.status == 201)
            #expect(inQuery.text("project_id") == fixture.shop)
            let inBody = try await create("b", "", #","project_id":"shop""#)
            #expect(inBody.text("project_id") == fixture.shop)
            let all = try await mine.send(.get, "\(Self.base)/functions/?all_projects=true")
            #expect(Set(all.list("functions")?.map { $0["project_id"] as? String } ?? []) == [fixture.shop])
            let theirs = try await owner.send(.get, "\(Self.base)/functions/?project_id=bank")
            #expect(theirs.list("functions")?.count == 1)
        }
    }

    @Test func `recorded calls and the trail of a deleted function stay with their project`() async throws {
        try await with { fixture, _, bankHello, owner, mine in
            let function = "\(Self.base)/functions/\(bankHello)"
            let call = try await owner.send(.post, "\(function)/invoke?project_id=bank", "{}")
            let id = try #require(call.text("invocation_id"))
            for query in ["", "?project_id=shop", "?project_id=bank"] {
                #expect(try await mine.send(.get, "\(Self.base)/functions/invocations/\(id)\(query)").status == 403)
            }
            #expect(try await mine.send(.get, "\(Self.base)/functions/invocations/inv-none").status == 404)
            #expect(try await owner.send(.delete, "\(function)?project_id=bank").status == 204)
            #expect(try await mine.send(.get, "\(function)/events?project_id=shop").status == 404)
            #expect(try await mine.send(.get, "\(function)/events?project_id=bank").status == 403)
            let trail = try await owner.send(.get, "\(function)/events?project_id=bank")
            #expect(trail.list("events")?.map { $0["type"] as? String } == ["deleted"])
        }
    }

    @Test func `knowing a digest is not having the source`() async throws {
        try await with { fixture, _, _, owner, mine in
            let bytes = "the bank's code"
            let digest = Digest.sha256(Data(bytes.utf8))
            let source = "\(Self.base)/functions/sources/\(digest)"
            let deploy =
                #"{"name":"hello","runtime":"python3.11","handler":"main.handler","source_digest":"\#(digest)"}"#
            func deployments() async throws -> [APIAnswer] {
                [
                    try await mine.send(.post, "\(Self.base)/functions/hello/versions?project_id=shop", deploy),
                    try await mine.send(
                        .post,
                        "\(Self.base)/functions/?project_id=shop",
                        deploy.replacingOccurrences(of: "hello", with: "thief")
                    ),
                ]
            }
            // There for the owner, not there for someone who has only heard of it.
            #expect(try await owner.send(.head, source).status == 200)
            let head = try await mine.send(.head, source)
            #expect(head.status == 404)
            #expect(head.headers[.uploadOffset] == "0")
            for answer in try await deployments() {
                #expect(answer.status == 404)
                #expect(answer.code == "source_not_found")
            }
            // Nor is guessing: the bytes have to be sent, all of them, by the same caller.
            #expect(try await mine.send(.put, source, "").status == 400)
            let part = try await mine.send(.put, source, "the ", headers: [.contentRange: "bytes 0-3/15"])
            #expect(part.status == 202)
            let other = session(mine, "user-admin")
            #expect(try await other.send(.head, source).headers[.uploadOffset] == "0")
            let guess = try await other.send(.put, source, "bank's code", headers: [.contentRange: "bytes 4-14/15"])
            #expect(guess.status == 409)
            #expect(try await mine.send(.head, source).headers[.uploadOffset] == "4")
            let rest = try await mine.send(.put, source, "bank's code", headers: [.contentRange: "bytes 4-14/15"])
            #expect(rest.status == 201)
            #expect(try await mine.send(.head, source).status == 200)
            #expect(try await other.send(.head, source).status == 404)
            for answer in try await deployments() { #expect(answer.status == 201) }
            // What a function of one's own project is made of may be deployed there again.
            #expect(try await other.send(.head, source).status == 200)
            #expect(try await session(mine, "user-viewer").send(.head, source).status == 403)
        }
    }

    @Test func `a role counts in its own workspace and organization only`() async throws {
        try await with { fixture, _, _, owner, mine in
            let other = try await owner.send(.post, "/api/v1/organizations/", #"{"name":"other"}"#)
            let organization = try #require(other.text("id"))
            let made = try await owner.send(
                .post,
                "/api/v1/organizations/\(organization)/workspaces/",
                #"{"name":"far"}"#
            )
            let far = try #require(made.object("workspace")?["id"] as? String)
            let digest = String(repeating: "a", count: 64)
            for path in [
                "functions/?all_projects=true", "functions/?project_id=\(fixture.shop)", "projects/",
                "projects/\(fixture.shop)", "functions/\(fixture.hello)", "functions/\(fixture.hello)/logs",
                "functions/invocations/inv-x", "projects/default/members",
            ] {
                #expect(try await mine.send(.get, "/api/v1/workspaces/\(far)/\(path)").status == 403, "\(path)")
            }
            #expect(
                try await mine.send(.put, "/api/v1/workspaces/far/functions/sources/\(digest)", "x").status == 403
            )
            let listed = try await mine.send(.get, "/api/v1/workspaces")
            #expect(listed.list("workspaces")?.map { $0["id"] as? String } == ["default"])
            let owners = try await mine.send(.get, "/api/v1/organizations/")
            #expect(owners.list("organizations")?.map { $0["id"] as? String } == ["default"])
            #expect(try await mine.send(.get, "/api/v1/organizations/other").status == 403)
            // The organisation in the path must be the workspace's own, for the owner too.
            for session in [mine, owner] {
                let path = "/api/v1/organizations/other/workspaces/default"
                #expect(try await session.send(.get, path).status == 404)
                #expect(try await session.send(.get, "/api/v1/organizations/default/workspaces/far").status == 404)
            }
            #expect(try await owner.send(.get, "/api/v1/organizations/other/workspaces/far").status == 200)
        }
    }

    @Test func `an admin of one project manages access to that project only`() async throws {
        try await with { fixture, bank, bankHello, _, mine in
            let admin = session(mine, "user-admin")
            let role = #"{"role":"admin"}"#
            for path in [
                "projects/bank/members/user-admin", "projects/\(bank)/members/user-admin",
                "projects/bank/members/user-admin?project_id=shop", "projects/b%61nk/members/user-admin",
            ] {
                #expect(try await admin.send(.put, "\(Self.base)/\(path)", role).status == 403, "\(path)")
            }
            let invokers = "\(Self.base)/functions/\(bankHello)/invokers/user-admin"
            #expect(try await admin.send(.put, "\(invokers)?project_id=shop").status == 403)
            // The project in the path is the one that changes, whatever the query says.
            let own = "\(Self.base)/projects/shop/members/user-new?project_id=bank"
            #expect(try await admin.send(.put, own, role).status == 200)
            #expect(try await fixture.memberships.grants(of: "user-new").roles == [fixture.shop: .admin])
            // Nobody takes the platform away from its owner, or gives themselves the platform.
            for (method, body) in [(HTTPRequest.Method.put, #"{"role":"viewer"}"#), (.delete, nil)] {
                let answer = try await admin.send(method, "\(Self.base)/projects/shop/members/local", body)
                #expect(answer.status == 409)
            }
            #expect(try await admin.send(.post, "\(Self.base)/projects/", #"{"name":"mine"}"#).status == 403)
        }
    }

    @Test func `the right to call one function is the right to call that one`() async throws {
        try await with { fixture, _, bankHello, owner, mine in
            let invoker = session(mine, "user-invoker")
            let hello = "\(Self.base)/functions/\(fixture.hello)"
            #expect(try await invoker.send(.post, "\(hello)/invoke", "{}").status == 200)
            #expect(
                try await invoker.send(.post, "\(Self.base)/functions/hello/invoke?project_id=shop", "{}").status == 200
            )
            #expect(try await invoker.send(.post, "\(hello)/invoke-async", "{}").status == 202)
            #expect(try await invoker.send(.post, "\(Self.base)/functions/\(bankHello)/invoke", "{}").status == 403)
            #expect(try await invoker.send(.get, hello).status == 403)
            #expect(try await session(mine, "user-viewer").send(.post, "\(hello)/invoke", "{}").status == 403)
            // The right goes with the function: a new one of the same name is another function.
            #expect(try await owner.send(.delete, hello).status == 204)
            _ = try await AccessFixture.deploy("v2", to: "shop", fixture.control)
            let again = try await invoker.send(.post, "\(Self.base)/functions/hello/invoke?project_id=shop", "{}")
            #expect(again.status == 403)
            #expect(try await fixture.memberships.grants(of: "user-invoker") == Grants())
        }
    }

    private func session(_ session: APISession, _ token: String) -> APISession { session.with(token) }

    private static func upload(_ text: String, by session: APISession) async throws -> String {
        let digest = Digest.sha256(Data(text.utf8))
        let answer = try await session.send(.put, "\(base)/functions/sources/\(digest)", text)
        #expect(answer.status == 201)
        return digest
    }
}
