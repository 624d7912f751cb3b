import Foundation
import FuncKit

/// The compiled host, which is the same for all functions: made once for a JDK, then taken from the cache.
struct JavaHost: Sendable {
    static let mainClass = "dev.hks.host.Main"
    /// Seen from the working folder of a function, so that a bundle may be moved.
    static let jar = "../host/lib/host.jar"
    /// The host's classes in the form in which the JVM holds them: it starts a quarter faster.
    static let archive = "../" + archiveInBundle
    static let archiveInBundle = "host/lib/host.jsa"
    /// The first JDK that writes such an archive of its own accord.
    private static let oldestWithArchive = 13

    let context: BuildContext
    let tools: JavaTools

    /// Puts the host into the bundle.
    func install() async throws {
        let (library, cache) = (context.host + "/lib", BuildCache(folder: context.cacheFolder))
        let files = JavaRecipe.javaFiles(in: context.host)
        let key = "java/host-" + (try key(of: files))
        if try await cache.restore(key, to: library) { return }
        context.note(.info, "compiling the Java host, once for all functions")
        let classes = library + "/classes"
        try FileManager.default.createDirectory(atPath: classes, withIntermediateDirectories: true)
        let options = ["-encoding", "UTF-8", "-proc:none", "-nowarn", "-g", "-d", classes]
        let quick = JavaRecipe.quickStart.map { "-J" + $0 }
        try await context.runToSuccess("javac", tools.javac, quick + options + files, in: context.host)
        try await context.runToSuccess(
            "jar",
            tools.jar,
            quick + ["--create", "--file", library + "/host.jar", "-C", classes, "."],
            in: context.host
        )
        try FileManager.default.removeItem(atPath: classes)
        try await makeArchive(in: library)
        try await cache.store(library, as: key)
    }

    /// Has the host serve itself once. Without the archive it only starts more slowly.
    private func makeArchive(in library: String) async throws {
        guard tools.majorVersion >= Self.oldestWithArchive else { return }
        let path = library + "/host.jsa"
        let options =
            JavaRecipe.quickStart + ["-XX:ArchiveClassesAtExit=" + path, "-Xlog:cds*=off", "-XX:-UsePerfData"]
        let outcome = try await context.run(
            "java",
            tools.java,
            options + ["-cp", Self.jar, Self.mainClass, "warm-up"],
            in: context.app
        )
        if !outcome.exit.isSuccess, FileManager.default.fileExists(atPath: path) {
            try FileManager.default.removeItem(atPath: path)
        }
    }

    private func key(of files: [String]) throws -> String {
        var identity = [tools.javac, context.toolchain.version]
        for file in files {
            identity += [file, Digest.sha256(try Data(contentsOf: URL(fileURLWithPath: context.host + "/" + file)))]
        }
        return Digest.sha256(Data(identity.joined(separator: "\0").utf8))
    }
}
