import Foundation
import FuncKit

/// Builds Java functions: `javac` over `src/main/java`, or Maven where a `pom.xml` has dependencies.
///
/// A bundle holds the host in `host/lib`, the function's classes in `classes` and Maven's dependencies in `deps`.
struct JavaRecipe: BuildRecipe {
    let family = "java"
    let version = 2

    static let sources = "src/main/java"
    private static let oldest = 11
    /// For programs that run shortly: they start in two thirds of the time.
    static let quickStart = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"]

    func build(_ context: BuildContext) async throws {
        let tools = JavaTools(context.toolchain)
        guard tools.majorVersion >= Self.oldest else {
            throw FuncError(
                .toolchainMissing,
                "Java \(context.toolchain.version) in '\(context.toolchain.executable)' is too old: "
                    + "functions need \(Self.oldest) or newer",
                hint: RuntimeFamily.java.entry.install.map { "install it: \($0.here)" }
            )
        }
        try await JavaHost(context: context, tools: tools).install()
        let maven = try MavenProject(context: context)
        if maven.hasDependencies, try await !maven.restoreDependencies() {
            try await maven.build()
        } else {
            try await compile(context, tools)
        }
    }

    func launch(folder: String, toolchain: ResolvedToolchain) -> BundleLaunch {
        let tools = JavaTools(toolchain)
        let exists = { (path: String) in FileManager.default.fileExists(atPath: folder + "/" + path) }
        // Seen from the working folder `app`: an archive of classes is only used with the class path it was made with.
        var classPath = [JavaHost.jar, "../classes"]
        if exists("app/src/main/resources") { classPath.append("src/main/resources") }
        if exists("app/lib") { classPath.append("lib/*") }
        if exists("deps") { classPath.append("../deps/*") }
        var options = Self.quickStart
        // Heaps grow with what is alive, not with the machine: the platform ends instances that hold too much.
        options += ["-Xms8m", "-XX:MinHeapFreeRatio=10", "-XX:MaxHeapFreeRatio=30", "-XX:MaxRAMPercentage=60"]
        options += ["-XX:-UsePerfData", "-Dfile.encoding=UTF-8"]
        // An archive that does not fit is left aside; nobody has to be told at every start.
        if exists(JavaHost.archiveInBundle) {
            options += ["-XX:SharedArchiveFile=" + JavaHost.archive, "-Xlog:cds*=off"]
        }
        return BundleLaunch(
            command: [tools.java] + options + ["-cp", classPath.joined(separator: ":"), JavaHost.mainClass],
            environment: [:],
            listensOnUnixSocket: tools.majorVersion >= 16
        )
    }

    private func compile(_ context: BuildContext, _ tools: JavaTools) async throws {
        let files = Self.javaFiles(in: context.app + "/" + Self.sources).map { Self.sources + "/" + $0 }
        guard !files.isEmpty else {
            throw FuncError(
                .buildFailed,
                "there are no Java files in '\(Self.sources)'",
                hint: "put the handler into '\(Self.sources)/\(Self.sourceFile(of: context.handler))'"
            )
        }
        // So few errors that the first one is still among the last lines.
        var options = ["-encoding", "UTF-8", "-g", "-parameters", "-Xmaxerrs", "3", "-d", "../classes"]
        var classPath: [String] = []
        if FileManager.default.fileExists(atPath: context.app + "/lib") { classPath.append("lib/*") }
        if FileManager.default.fileExists(atPath: context.dependencies) { classPath.append("../deps/*") }
        if !classPath.isEmpty { options += ["-cp", classPath.joined(separator: ":")] }
        // Younger compilers look for annotation processors only when they are told to.
        if tools.majorVersion >= 23 { options.append("-proc:full") }
        // From a file, for many names are longer than a command line may be.
        let list = context.folder + "/sources.txt"
        try Data(files.map { "\"\($0)\"\n" }.joined().utf8).write(to: URL(fileURLWithPath: list))
        defer { try? FileManager.default.removeItem(atPath: list) }
        let outcome = try await context.run(
            "javac",
            tools.javac,
            Self.quickStart.map { "-J" + $0 } + options + ["@../sources.txt"],
            in: context.app
        )
        guard !outcome.exit.isSuccess else { return }
        let message =
            Self.compileError(in: outcome.lastLines.joined(separator: "\n")) ?? "the function could not be compiled"
        throw FuncError(.buildFailed, message, details: outcome.lastLines)
    }

    /// The first error that `javac` or Maven printed, with its place.
    ///
    /// `javac` shows `src/main/java/A.java:3: error: cannot find symbol`, the line and what the symbol is; Maven shows
    /// `[ERROR] /…/app/src/main/java/A.java:[3,9] cannot find symbol`.
    static func compileError(in output: String) -> String? {
        let own = /(?m)^(?<file>src\/main\/java\/.+?\.java):(?<line>\d+): error: (?<reason>.*)$/
        if let found = output.firstMatch(of: own) {
            let rest = output[found.range.upperBound...]
            let place = "compile error in \(found.file):\(found.line): \(found.reason)"
            guard found.reason == "cannot find symbol", let symbol = rest.firstMatch(of: /\n +symbol: +(.*)/) else {
                return place
            }
            return place + ": " + symbol.1.split(separator: " ").joined(separator: " ")
        }
        let mavens = /(?m)^\[ERROR\] .*?(?<file>src\/main\/java\/.+?\.java):\[(?<line>\d+),\d+\] (?<reason>.*)$/
        return output.firstMatch(of: mavens).map { "compile error in \($0.file):\($0.line): \($0.reason)" }
    }

    /// Relative paths of all Java files in a folder, sorted.
    static func javaFiles(in folder: String) -> [String] {
        let files = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".java") }.sorted()
    }

    private static func sourceFile(of handler: String) -> String {
        let name = handler.isEmpty ? RuntimeFamily.java.entry.defaultHandler : handler
        let type = name.range(of: "::").map { String(name[..<$0.lowerBound]) } ?? name
        return type.replacingOccurrences(of: ".", with: "/") + ".java"
    }
}

/// The programs of a JDK.
struct JavaTools: Sendable {
    /// The compiler.
    let javac: String
    /// 8, 11, 17 …; JDK 8 calls itself 1.8.
    let majorVersion: Int
    private let folders: [String]

    init(_ toolchain: ResolvedToolchain) {
        javac = toolchain.executable
        let parts = toolchain.version.split { !$0.isNumber }.compactMap { Int($0) }
        majorVersion = (parts.first == 1 ? parts.dropFirst().first : parts.first) ?? 0
        // Behind links such as those in /usr/bin the whole JDK is in one place.
        let real = URL(fileURLWithPath: toolchain.executable).resolvingSymlinksInPath()
        folders = [real, URL(fileURLWithPath: toolchain.executable)].map { $0.deletingLastPathComponent().path }
    }

    /// The virtual machine.
    var java: String { tool("java") }
    /// The archiver.
    var jar: String { tool("jar") }

    private func tool(_ name: String) -> String {
        let paths = folders.map { $0 + "/" + name }
        return paths.first { FileManager.default.isExecutableFile(atPath: $0) } ?? paths[0]
    }
}
