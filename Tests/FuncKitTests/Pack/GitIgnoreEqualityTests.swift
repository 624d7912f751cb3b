import Foundation
import TestSupport
import Testing

@testable import FuncKit

/// What is packed equals what git does not ignore, on random trees with random ignore files.
@Suite struct GitIgnoreEqualityTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func equalsGitOnRandomTrees(seed: UInt64) throws {
        let folder = try TemporaryFolder("gitignore")
        var generator = SeededGenerator(seed: seed)
        let cases = 80
        for number in 0..<cases { try RandomTree(&generator).write(to: folder, below: "case\(number)") }
        let ignored = try Git(folder).ignored(in: folder)
        var decided = 0
        for number in 0..<cases {
            let name = "case\(number)"
            let root = folder.path(name)
            var tree = SourceTree(try FolderHandle(path: root), rules: .none)
            let packed = Set(try tree.walk().map { "\(name)/\($0.name.text)" })
            let all = try Set(folder.allPaths(below: name))
            let expected = all.subtracting(ignored)
            decided += all.count - expected.count
            let files = try folder.ignoreFiles(below: name)
            #expect(packed == expected, "seed \(seed), \(name): \(files)")
        }
        // Guards against a generator whose patterns match nothing.
        #expect(decided > cases)
    }
}

/// A tree with ignore files, all of few names, so that patterns hit.
private struct RandomTree {
    private var paths: [String] = []
    private var folders: [String] = [""]
    private var links: [String] = []
    private var ignoreFiles: [String: String] = [:]

    init(_ generator: inout SeededGenerator) {
        for _ in 0..<Int.random(in: 4...18, using: &generator) {
            let parent = generator.pick(folders)
            let path = parent + generator.pick(Self.names)
            guard !paths.contains(path), !folders.contains(path + "/"), !links.contains(path) else { continue }
            if generator.chance(oneIn: 2) {
                folders.append(path + "/")
            } else if generator.chance(oneIn: 8) {
                links.append(path)
            } else {
                paths.append(path)
            }
        }
        for folder in folders where folder.isEmpty || generator.chance(oneIn: 3) {
            let lines = (0..<Int.random(in: 1...6, using: &generator)).map { _ in line(&generator, in: folder) }
            ignoreFiles[folder] =
                lines.joined(separator: generator.chance(oneIn: 6) ? "\r\n" : "\n")
                + (generator.chance(oneIn: 4) ? "" : "\n")
        }
    }

    func write(to root: TemporaryFolder, below name: String) throws {
        for folder in folders {
            try FileManager.default.createDirectory(
                atPath: root.path("\(name)/\(folder)"),
                withIntermediateDirectories: true
            )
        }
        for path in paths { try root.write("x", to: "\(name)/\(path)") }
        for link in links {
            try FileManager.default.createSymbolicLink(
                atPath: root.path("\(name)/\(link)"),
                withDestinationPath: "nowhere"
            )
        }
        for (folder, text) in ignoreFiles { try root.write(text, to: "\(name)/\(folder).gitignore") }
    }

    /// A line of an ignore file: noise, or a path of the tree made into a pattern.
    private func line(_ generator: inout SeededGenerator, in folder: String) -> String {
        if generator.chance(oneIn: 4) { return noise(&generator) }
        let inside = (paths + folders + links).filter { $0.hasPrefix(folder) && $0 != folder }
        guard !inside.isEmpty else { return noise(&generator) }
        var components = generator.pick(inside).dropFirst(folder.count).split(separator: "/").map(String.init)
        for index in components.indices where generator.chance(oneIn: 3) {
            components[index] = blur(components[index], &generator)
        }
        // Stars that do not start a component do not cross folders, unless nothing but letters stands before them.
        if components.count > 2, generator.chance(oneIn: 3) {
            let start = components[0].prefix(1)
            components[0...1] = [generator.pick(["?**", "[\(start)]**", "\(start)**", "*[!z]**", "**"])]
        }
        if generator.chance(oneIn: 5) { components[0] = "**" }
        if generator.chance(oneIn: 6) { components.append(generator.pick(["**", "*", "a"])) }
        if generator.chance(oneIn: 3) { components.removeFirst(components.count - 1) }
        return (generator.chance(oneIn: 4) ? "!" : "") + (generator.chance(oneIn: 4) ? "/" : "")
            + components.joined(separator: "/") + (generator.chance(oneIn: 4) ? "/" : "")
            + (generator.chance(oneIn: 10) ? generator.pick([" ", "  ", "\\ ", "\t", " \\"]) : "")
    }

    /// A pattern that may match a name.
    private func blur(_ name: String, _ generator: inout SeededGenerator) -> String {
        var characters = name.map(String.init)
        let index = Int.random(in: 0..<characters.count, using: &generator)
        let character = characters[index]
        characters[index] = generator.pick([
            "?", "*", "**", "[\(character)]", "[!\(character)]", "[^z]", "[a-m]", "[[:alpha:]]", "[![:digit:]]",
            "\\\(character)", "[\\\(character)-z]", "[]\(character)]", "[\(character)", "[[:nope:]]", "[a-]", "[-b]",
        ])
        return generator.chance(oneIn: 4) ? "*" + characters.suffix(1).joined() : characters.joined()
    }

    private func noise(_ generator: inout SeededGenerator) -> String {
        (0..<Int.random(in: 1...5, using: &generator)).map { _ in generator.pick(Self.fragments) }.joined()
    }

    private static let names = [
        "a", "b", "ab", "ba", "foo", "bar", "foo.txt", "b.c", "A", "x y", "ä", "[a]", "!a", "#c", "end ", "a\\b", "1",
    ]

    private static let fragments = [
        "*", "**", "?", "/", "/", "a", "b", "foo", ".txt", "[ab]", "[!a]", "[a-c]", "[[:alpha:]]", "[[:space:]]",
        "[]a]",
        "[a", "[[:b]", "\\", "\\*", "!", "#", " ", "\\ ", "**/", "/**", "/**/", "*/", "-", "]", "1", "ä",
    ]
}

/// The git command, without the settings of whoever runs the tests.
private struct Git {
    let folder: TemporaryFolder

    init(_ folder: TemporaryFolder) throws {
        self.folder = folder
        _ = try run(["init", "-q"], input: nil)
    }

    /// All paths in the folder that git ignores.
    func ignored(in folder: TemporaryFolder) throws -> Set<String> {
        let paths = try folder.allPaths(below: ".").joined(separator: "\0")
        let output = try run(["check-ignore", "--no-index", "--stdin", "-z"], input: Data(paths.utf8))
        return Set(output.split(separator: 0).map { String(decoding: $0, as: UTF8.self) })
    }

    private func run(_ arguments: [String], input: Data?) throws -> Data {
        let inputPath = try folder.write(input ?? Data(), to: ".git-input")
        let outputPath = try folder.write(Data(), to: ".git-output")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "-C", folder.path] + arguments
        process.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "HOME": folder.path,
            "GIT_CONFIG_NOSYSTEM": "1",
        ]
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: inputPath))
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: outputPath))
        try process.run()
        process.waitUntilExit()
        // check-ignore says 1 where nothing is ignored.
        try #require(process.terminationStatus <= 1)
        return try Data(contentsOf: URL(fileURLWithPath: outputPath))
    }
}

extension TemporaryFolder {
    /// Every file, link and folder below `name`, as paths from the folder on.
    fileprivate func allPaths(below name: String) throws -> [String] {
        let start = name == "." ? path : path(name)
        let prefix = name == "." ? "" : name + "/"
        return try FileManager.default.subpathsOfDirectory(atPath: start)
            .filter { name != "." || $0.hasPrefix("case") }
            .map { prefix + $0 }
    }

    /// The ignore files below `name`, to be shown with a failure.
    fileprivate func ignoreFiles(below name: String) throws -> [String: String] {
        let files = try allPaths(below: name).filter { $0.hasSuffix("/.gitignore") }
        return try Dictionary(uniqueKeysWithValues: files.map { ($0, try read($0)) })
    }
}
