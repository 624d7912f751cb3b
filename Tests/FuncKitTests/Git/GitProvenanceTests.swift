import Foundation
import FuncKit
import TestSupport
import Testing

@Suite struct GitProvenanceTests {
    private let folder: TemporaryFolder
    private let repository: GitFixture

    init() throws {
        folder = try TemporaryFolder("provenance")
        repository = try GitFixture(folder.path("repo"))
    }

    private func read(_ path: String = "repo") async throws -> GitProvenance? {
        try await GitProvenance.read(at: folder.path(path))
    }

    @Test func readsACleanState() async throws {
        let commit = try repository.commit(["a": "1", "sub/b": "2"])
        try repository.git("remote", "add", "origin", "https://me:token@host/r.git")
        let expected = GitProvenance(commit: commit, branch: "main", isDirty: false, remoteURL: "https://host/r.git")
        #expect(try await read() == expected)
        #expect(try await read("repo/sub") == expected)
    }

    @Test func noticesChangesBelowTheFolderOnly() async throws {
        try repository.commit(["a": "1", "sub/b": "2", "sub*/c": "3", ".gitignore": "*.log\n"])
        try repository.write(["sub/x.log": "ignored"])
        #expect(try await read()?.isDirty == false)
        try repository.write(["sub/new": "untracked"])
        #expect(try await read()?.isDirty == true)
        #expect(try await read("repo/sub")?.isDirty == true)
        #expect(try await read("repo/sub*")?.isDirty == false)
        try FileManager.default.removeItem(atPath: folder.path("repo/sub/new"))
        try repository.write(["sub/b": "changed"])
        #expect(try await read("repo/sub")?.isDirty == true)
    }

    @Test func readsADetachedHead() async throws {
        let first = try repository.commit(["a": "1"])
        try repository.commit(["a": "2"])
        try repository.git("checkout", "--quiet", first)
        let state = try #require(try await read())
        #expect(state.commit == first)
        #expect(state.branch == nil)
    }

    @Test func readsARepositoryWithoutCommits() async throws {
        let state = try #require(try await read())
        #expect(state == GitProvenance(commit: nil, branch: nil, isDirty: false, remoteURL: nil))
    }

    @Test func aFolderOutsideOfRepositoriesHasNone() async throws {
        try folder.write("x", to: "plain/file")
        #expect(try await read("plain") == nil)
    }
}
