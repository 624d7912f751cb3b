import Foundation

/// Classes named `…Test` with a `main` of their own, compiled by `javac`; `mvn test` where a `pom.xml` has
/// dependencies.
struct JavaUnitTests: UnitTestRecipe {
    let family = RuntimeFamily.java

    private static let tests = "src/test/java"

    func abilities(_ setting: UnitTestSetting) -> Set<UnitTestAbility> { [] }

    func commands(_ setting: UnitTestSetting) throws -> [UnitTestCommand] {
        let pom = FileManager.default.contents(atPath: setting.project + "/pom.xml").map {
            String(decoding: $0, as: UTF8.self)
        }
        return pom?.contains("<dependency>") == true ? try mavenCommands(setting) : plainCommands(setting)
    }

    private func plainCommands(_ setting: UnitTestSetting) -> [UnitTestCommand] {
        let files = { (folder: String) in
            ((try? FileManager.default.subpathsOfDirectory(atPath: setting.project + "/" + folder)) ?? [])
                .filter { $0.hasSuffix(".java") }.sorted()
        }
        let tests = files(Self.tests)
        let classes = tests.filter { $0.hasSuffix("Test.java") }
            .map { $0.dropLast(".java".count).replacingOccurrences(of: "/", with: ".") }
        guard !classes.isEmpty else { return [] }
        let output = setting.scratch + "/classes"
        let sources = files("src/main/java").map { "src/main/java/" + $0 } + tests.map { Self.tests + "/" + $0 }
        let compile = UnitTestCommand(
            "javac",
            setting.toolchain.executable,
            ["-encoding", "UTF-8", "-d", output, "-cp", "lib/*"] + sources
        )
        let path = [output, "src/main/resources", "src/test/resources", "lib/*"].joined(separator: ":")
        return [compile]
            + classes.map { name in
                UnitTestCommand(
                    "java \(name)",
                    java(setting),
                    ["-ea", "-XX:-UsePerfData", "-cp", path, name],
                    format: .markedLines
                )
            }
    }

    /// Maven writes beside the sources, so that it gets a copy of them.
    private func mavenCommands(_ setting: UnitTestSetting) throws -> [UnitTestCommand] {
        guard let maven = ChildProcessExecutable.find("mvn", searchPath: setting.searchPath.joined(separator: ":"))
        else {
            throw FuncError(
                .toolchainMissing,
                "Maven is not installed, and pom.xml has dependencies",
                hint: "install Maven, for example: sudo apt-get install maven"
            )
        }
        let copy = setting.scratch + "/project"
        return [
            UnitTestCommand("rm", "/bin/rm", ["-rf", copy]),
            UnitTestCommand("cp", "/bin/cp", ["-R", setting.project, copy]),
            UnitTestCommand(
                "mvn test",
                maven,
                ["--batch-mode", "--offline", "-f", copy + "/pom.xml", "test"],
                format: .maven
            ),
        ]
    }

    /// The virtual machine beside the compiler, also where that is a link into a JDK.
    private func java(_ setting: UnitTestSetting) -> String {
        let compiler = URL(fileURLWithPath: setting.toolchain.executable)
        let candidates = [compiler.resolvingSymlinksInPath(), compiler].map {
            $0.deletingLastPathComponent().path + "/java"
        }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? candidates[0]
    }
}
