import Foundation
import FuncKit
import Testing

/// Sample manifests and a loader that knows a few runtimes.
enum ManifestFixtures {
    static let runtimes = ["python", "python3.9", "python3.11", "node", "nodejs", "nodejs20", "go", "custom"]

    static let loader = ManifestLoader(
        isKnownRuntime: { runtimes.contains($0) },
        runtimeNames: runtimes,
        defaultHandler: { $0.hasPrefix("python") ? "main.handler" : $0.hasPrefix("node") ? "index.handler" : nil }
    )

    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/manifests")

    /// Names of the samples in a folder, without `.yaml`.
    static func names(in kind: String) -> [String] {
        let files =
            (try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(kind).path)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    }

    /// The text of a sample.
    static func text(_ kind: String, _ name: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent("\(kind)/\(name).yaml"), encoding: .utf8)
    }

    static func load(_ text: String, profile: String? = nil) throws -> LoadedManifest {
        try loader.load(text: text, file: "function.yaml", profile: profile)
    }

    /// The errors that loading a text gives.
    static func errors(_ text: String) -> [FuncError] {
        do {
            _ = try load(text)
            return []
        } catch let error as FuncError {
            return error.failures.isEmpty ? [error] : error.failures
        } catch {
            Issue.record("not a FuncError: \(error)")
            return []
        }
    }
}
