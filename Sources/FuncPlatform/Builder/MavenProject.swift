import Foundation
import FuncKit

/// A function whose `pom.xml` names dependencies.
///
/// They are kept under the digest of a `pom.xml` that alone decides what they are; Maven is then needed only once for it.
/// For all others Maven's own repository keeps what was fetched.
struct MavenProject: Sendable {
    /// Whether Maven is needed.
    let hasDependencies: Bool
    private let context: BuildContext
    private let cacheKey: String?

    init(context: BuildContext) throws {
        self.context = context
        let data = FileManager.default.contents(atPath: context.app + "/pom.xml")
        let text = String(decoding: data ?? Data(), as: UTF8.self)
        hasDependencies = Self.hasDependencies(text)
        let identity = Data([context.toolchain.version, text].joined(separator: "\0").utf8)
        cacheKey = Self.isSelfContained(text) ? "maven/" + Digest.sha256(identity) : nil
    }

    /// Whether nothing but the text decides which dependencies there are, and the compiler needs no more than those.
    static func isSelfContained(_ text: String) -> Bool {
        let elsewhere = [
            "<parent>", "<build>", "<modules>", "<profiles>", "<systemPath>", "provided", "-SNAPSHOT", "LATEST",
        ]
        return !elsewhere.contains(where: text.contains) && !text.contains(/<version>\s*[\[(]/)
    }

    /// Puts dependencies in place that an earlier build fetched; false where there are none.
    func restoreDependencies() async throws -> Bool {
        guard let cacheKey else { return false }
        let cache = BuildCache(folder: context.cacheFolder)
        guard try await cache.restore(cacheKey, to: context.dependencies) else { return false }
        context.note(.info, "dependencies of pom.xml are taken from the cache")
        return true
    }

    /// Whether a `pom.xml` lists dependencies of the project itself, not only of plugins or for modules to choose from.
    static func hasDependencies(_ text: String) -> Bool {
        var rest = text.replacing(/<!--[\s\S]*?-->/, with: "")
        for section in ["dependencyManagement", "build", "profiles", "reporting"] {
            while let start = rest.range(of: "<\(section)>"),
                let end = rest.range(of: "</\(section)>", range: start.upperBound..<rest.endIndex)
            {
                rest.removeSubrange(start.lowerBound..<end.upperBound)
            }
        }
        return rest.contains(/<dependency>/) || rest.contains(/<parent>/)
    }

    /// Packages the project and collects what it needs at run time.
    func build() async throws {
        guard let maven = ChildProcessExecutable.find("mvn", searchPath: context.environment["PATH"]) else {
            throw FuncError(
                .toolchainMissing,
                "Maven is not installed, and pom.xml has dependencies",
                hint: "install it: " + Self.install
            )
        }
        context.note(.info, "building with Maven")
        let arguments = [
            "--batch-mode", "-DskipTests", "package", "dependency:copy-dependencies", "-DincludeScope=runtime",
            "-DoutputDirectory=" + context.dependencies,
        ]
        // Whatever is in Maven's repository already is not asked for again.
        var outcome = try await run(maven, ["--offline"] + arguments)
        if !outcome.exit.isSuccess, outcome.output.contains(/offline mode/) {
            context.note(.info, "fetching the dependencies of pom.xml")
            outcome = try await run(maven, arguments)
        }
        guard outcome.exit.isSuccess else {
            let message = JavaRecipe.compileError(in: outcome.output) ?? "'mvn package' ended with \(outcome.exit)"
            throw FuncError(.buildFailed, message, details: outcome.lastLines)
        }
        let classes = context.app + "/target/classes"
        guard FileManager.default.fileExists(atPath: classes) else {
            throw FuncError(
                .buildFailed,
                "'mvn package' left no classes in 'target/classes'",
                details: outcome.lastLines
            )
        }
        try FileManager.default.moveItem(atPath: classes, toPath: context.folder + "/classes")
        try FileManager.default.removeItem(atPath: context.app + "/target")
        guard let cacheKey, FileManager.default.fileExists(atPath: context.dependencies) else { return }
        try await BuildCache(folder: context.cacheFolder).store(context.dependencies, as: cacheKey)
    }

    private static var install: String {
        #if os(macOS)
        "brew install maven"
        #else
        "sudo apt-get install maven"
        #endif
    }

    private func run(_ maven: String, _ arguments: [String]) async throws -> ProcessOutcome {
        // Maven picks its JDK by this variable.
        let home = URL(fileURLWithPath: context.toolchain.executable).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().path
        return try await context.run("mvn package", maven, arguments, in: context.app, variables: ["JAVA_HOME": home])
    }
}
