import FuncKit
import TestSupport
import Testing

@Suite struct ProjectDiscoveryTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("discovery")
    }

    @Test func findsTheNearestManifestAbove() throws {
        try folder.write("name: outer\n", to: "function.yaml")
        try folder.write("name: inner\n", to: "a/function.yaml")
        try folder.write("", to: "a/b/c/main.py")
        let root = try ProjectDiscovery.find(from: folder.path("a/b/c"))
        #expect(root.folder == folder.path("a"))
        #expect(root.manifestPath == folder.path("a/function.yaml"))
        #expect(try ProjectDiscovery.find(from: folder.path("a/b/c/main.py")) == root)
        #expect(try ProjectDiscovery.find(from: folder.path("a/function.yaml")) == root)
        #expect(try ProjectDiscovery.find(from: folder.path("a/../a/./b/")) == root)
    }

    @Test func aFolderOfThatNameIsNoManifest() throws {
        try folder.write("name: outer\n", to: "function.yaml")
        try folder.write("", to: "a/function.yaml/x")
        #expect(try ProjectDiscovery.find(from: folder.path("a")).folder == folder.path)
    }

    @Test func saysWhatToDoWithoutAManifest() throws {
        try folder.write("", to: "a/x")
        let error = try #require(throws: FuncError.self) { try ProjectDiscovery.find(from: folder.path("a")) }
        #expect(error.code == .manifestNotFound)
        #expect(error.message == "no function.yaml in '\(folder.path("a"))' or in any folder above it")
        #expect(error.hint?.contains("hks-func init") == true)
    }

    @Test func noticesTheOtherSpelling() throws {
        try folder.write("name: x\n", to: "function.yml")
        let error = try #require(throws: FuncError.self) { try ProjectDiscovery.find(from: folder.path) }
        #expect(error.hint == "rename 'function.yml' to 'function.yaml'")
    }

    @Test func refusesMissingAndRelativePaths() throws {
        let missing = try #require(throws: FuncError.self) { try ProjectDiscovery.find(from: folder.path("none")) }
        #expect(missing.code == .manifestNotFound)
        let relative = try #require(throws: FuncError.self) { try ProjectDiscovery.find(from: "a/b") }
        #expect(relative.code == .invalidArgument)
    }

    @Test func endsAtTheRootOfTheFileSystem() {
        #expect(throws: FuncError.self) { try ProjectDiscovery.find(from: "/") }
    }
}
