import Foundation
import FuncKit

/// Installs Python packages into a folder of their own, which neither needs the right to change Python's own packages nor
/// minds that a distribution keeps them (PEP 668).
struct PythonInstaller: Sendable {
    let context: BuildContext

    /// Installs what is required into `folder`.
    /// - Throws: ``FuncError`` with code `build_failed`, or `toolchain_missing` where there is no pip.
    func install(_ requirements: PythonRequirements, into folder: String) async throws {
        let options = ["--no-input", "--disable-pip-version-check", "--target", folder, "-r", requirements.file]
        try await context.runToSuccess(
            "pip install",
            context.toolchain.executable,
            ["-m", "pip", "install"] + options,
            // Paths in the list are relative to this folder.
            in: context.app,
            variables: try await pipVariables(requirements)
        )
    }

    /// What makes Python find pip: nothing where it has it, else one that it brings along for virtual environments.
    private func pipVariables(_ requirements: PythonRequirements) async throws -> [String: String] {
        let python = context.toolchain.executable
        let search = "import importlib.util, sys; sys.exit(importlib.util.find_spec('pip') is None)"
        if try await context.run("looking for pip", python, ["-c", search], in: context.folder).exit.isSuccess {
            return [:]
        }
        let environment = context.temporaryFolder + "/environment"
        let outcome = try await context.run("python -m venv", python, ["-m", "venv", environment], in: context.folder)
        guard outcome.exit.isSuccess, let packages = Self.packages(of: environment) else {
            throw Self.missing(source: requirements.source, details: outcome.lastLines)
        }
        return ["PYTHONPATH": packages]
    }

    /// The folder of a virtual environment that holds pip: `lib/python3.11/site-packages`.
    private static func packages(of environment: String) -> String? {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: environment + "/lib")) ?? []
        return versions.map { "\(environment)/lib/\($0)/site-packages" }
            .first { FileManager.default.fileExists(atPath: $0 + "/pip") }
    }

    /// The error where there is no pip and no way to get one.
    static func missing(source: String, details: [String]) -> FuncError {
        FuncError(
            .toolchainMissing,
            "pip is not installed, and \(source) names packages",
            hint: RuntimeFamily.python.entry.install.map { "install it: \($0.here)" },
            details: details
        )
    }
}
