import Foundation
import FuncKit

/// The languages that this machine can run.
struct LocalToolchains: Sendable {
    private static let probeTimeout = Duration.seconds(10)
    private let locator: ToolchainLocator

    /// Looks on the search path of `environment`.
    init(environment: [String: String]) {
        let searchPath = (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").map(String.init)
        locator = ToolchainLocator(searchPath: searchPath) { executable, arguments in
            let options = ChildProcessOptions(
                executable: executable,
                arguments: arguments,
                environment: environment,
                workingFolder: "/"
            )
            let outcome = try await ProcessRunner.run(options, deadline: Self.probeTimeout)
            guard outcome.exit.isSuccess, !outcome.timedOut else {
                throw FuncError(.toolchainMissing, "'\(executable)' does not run")
            }
            return outcome.lastLines.joined(separator: "\n")
        }
    }

    /// The toolchain of a runtime as the user wrote it.
    /// - Throws: `runtime_unknown`, `toolchain_missing`.
    func locate(_ runtime: String) async throws -> ResolvedToolchain {
        let name = try RuntimeCatalog.require(runtime)
        guard name.family != .custom else {
            return ResolvedToolchain(family: name.family.rawValue, executable: "", version: "")
        }
        let found = try await locator.locate(name)
        return ResolvedToolchain(
            family: found.family.rawValue,
            executable: found.executable,
            version: found.version,
            warning: found.warning
        )
    }

    /// Whether a runtime can be deployed here.
    /// - Throws: as ``locate(_:)``.
    func check(_ runtime: String) async throws {
        _ = try await locate(runtime)
    }
}
