import Foundation
import FuncKit

/// The languages that this machine can run.
struct LocalToolchains: Sendable {
    private let locator: ToolchainLocator
    private let now: @Sendable () -> Date

    /// Looks on the search path of `environment`.
    init(environment: [String: String], now: @escaping @Sendable () -> Date = { Date() }) {
        locator = ToolchainLocator(environment: environment)
        self.now = now
    }

    /// The toolchain of a runtime as the user wrote it; `strict` takes no other version than that one.
    /// - Throws: `runtime_unknown`, `toolchain_missing`.
    func locate(_ runtime: String, strict: Bool = false) async throws -> ResolvedToolchain {
        let name = try RuntimeCatalog.require(runtime)
        guard name.family != .custom else {
            return ResolvedToolchain(family: name.family.rawValue, executable: "", version: "")
        }
        let found = try await locator.locate(name, strict: strict)
        return ResolvedToolchain(
            family: found.family.rawValue,
            executable: found.executable,
            version: found.version,
            warnings: found.warnings(for: name, on: now())
        )
    }

    /// Whether a runtime can be deployed here.
    /// - Throws: as ``locate(_:strict:)``.
    func check(_ runtime: String, strict: Bool) async throws {
        _ = try await locate(runtime, strict: strict)
    }
}
