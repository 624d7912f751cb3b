import Foundation
import TestSupport
import Testing

/// The servers on which the same steps lead to the same ends.
enum JourneyServer: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case local, hosted

    var testDescription: String { rawValue }

    /// Runs `body` with a fixture whose commands talk to this server.
    func run(_ body: (CommandLineFixture) async throws -> Void) async throws {
        switch self {
        case .local: try await CommandLineFixture.with { try await body($0) }
        case .hosted: try await Self.withHosted { fixture, _ in try await body(fixture) }
        }
    }

    /// Runs `body` with a stand-in for the hosted service, and a context that points to it.
    static func withHosted(
        _ configure: (inout HostedTables) -> Void = { _ in },
        _ body: (CommandLineFixture, HostedService) async throws -> Void
    ) async throws {
        try await HostedService.with(configure) { service in
            try await CommandLineFixture.with { fixture in
                let added = try await fixture.run(
                    CommandLineFixture.program,
                    [
                        "context", "add", "hosted", "--endpoint", service.url, "--workspace", "ws-1", "--project",
                        "prj-1", "--token-stdin",
                    ],
                    input: HostedService.token
                )
                guard added.status == 0 else { throw NotInTime(description: "context add: \(added.error)") }
                let used = try await fixture.run("context", "use", "hosted")
                guard used.status == 0 else { throw NotInTime(description: "context use: \(used.error)") }
                try await body(fixture, service)
            }
        }
    }
}
