import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

/// The file `auth.json`: what it may say, and what is said of mistakes in it.
struct AuthSettingsTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("auth-settings")
    }

    private func read(_ text: String) throws -> AuthSettings {
        try folder.write(text, to: "auth.json")
        return try AuthSettings().reading(folder.path("auth.json"))
    }

    @Test func `without a file nothing changes`() throws {
        #expect(try AuthSettings().reading(folder.path("auth.json")) == AuthSettings())
        #expect(try read("{}") == AuthSettings())
    }

    @Test func `every key is read`() throws {
        let settings = try read(
            """
            {
              "issuers": [
                {
                  "name": "company", "issuer": "https://id.example.com", "audience": ["a", "b"],
                  "jwks_url": "http://127.0.0.1:9000/keys", "user_claim": "email", "role": "developer",
                  "project": "shop", "role_claim": "groups", "roles": {"ops": "admin"}
                },
                {"issuer": "https://other.example.com/x", "audience": "a", "role": "none"}
              ],
              "local_sign_in": "off", "max_sessions_per_user": 3, "wrong_credentials_per_minute": 0
            }
            """
        )
        #expect(settings.localSignIn == .off)
        #expect(settings.maxSessionsPerUser == 3)
        #expect(settings.wrongCredentialsPerMinute == 0)
        #expect(
            settings.oidcIssuers == [
                OIDCIssuer(
                    name: "company",
                    issuer: "https://id.example.com",
                    audiences: ["a", "b"],
                    keySetURL: "http://127.0.0.1:9000/keys",
                    userClaim: "email",
                    roleClaim: "groups",
                    roles: ["ops": .admin],
                    defaultRole: .developer,
                    project: "shop"
                ),
                OIDCIssuer(
                    name: "other.example.com",
                    issuer: "https://other.example.com/x",
                    audiences: ["a"],
                    defaultRole: nil
                ),
            ]
        )
    }

    @Test(
        arguments: [
            ("", "is not valid JSON"), ("{", "is not valid JSON"), ("[]", "is not an object"),
            (#"{"isuers":[]}"#, "unknown key 'isuers'"), (#"{"issuers":{}}"#, "'issuers' is not a list"),
            (#"{"issuers":[7]}"#, "issuers[0]: is not an object"),
            (#"{"issuers":[{"audience":"a"}]}"#, "issuers[0]: 'issuer' is missing"),
            (#"{"issuers":[{"issuer":"https://a.example"}]}"#, "issuers[0]: 'audience' is missing"),
            (#"{"issuers":[{"issuer":"https://a.example","audience":[]}]}"#, "'audience' is missing"),
            (#"{"issuers":[{"issuer":"https://a.example","audience":[1]}]}"#, "'audience' is not a list of texts"),
            (#"{"issuers":[{"issuer":"http://a.example","audience":"a"}]}"#, "'issuer' is 'http://a.example'"),
            (
                #"{"issuers":[{"issuer":"https://a.example","audience":"a","jwks_url":"file:///k"}]}"#,
                "'jwks_url' is 'file:///k'"
            ),
            (
                #"{"issuers":[{"issuer":"https://a.example","audience":"a","role":"owner"}]}"#, "'role' is 'owner'"
            ),
            (
                #"{"issuers":[{"issuer":"https://a.example","audience":"a","roles":{"x":"admin"}}]}"#,
                "'roles' has no effect without 'role_claim'"
            ),
            (
                #"{"issuers":[{"issuer":"https://a.example","audience":"a","name":"local"}]}"#,
                "'name' is that of the built-in provider"
            ),
            (
                #"""
                {"issuers":[{"issuer":"https://a.example","audience":"a","name":"x"},
                            {"issuer":"https://a.example","audience":"b","name":"y"}]}
                """#, "two issuers have the issuer 'https://a.example'"
            ),
            (#"{"local_sign_in":"always"}"#, "'local_sign_in' is 'always'"),
            (#"{"max_sessions_per_user":-1}"#, "'max_sessions_per_user' is not a number"),
            (#"{"wrong_credentials_per_minute":"20"}"#, "'wrong_credentials_per_minute' is not a number"),
        ]
    )
    func `a mistake is named with its place`(text: String, fault: String) throws {
        let error = try #require(throws: FuncError.self) { try read(text) }
        #expect(error.code == .configInvalid)
        #expect(error.message.contains(folder.path("auth.json")))
        #expect(error.message.contains(fault), "\(error.message)")
        #expect(error.hint != nil)
    }
}
