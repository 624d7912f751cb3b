import Foundation
import FuncKit
import Synchronization
import TestSupport
import Testing

@Suite struct GitClientTests {
    private let folder: TemporaryFolder
    private let repository: GitFixture

    init() throws {
        folder = try TemporaryFolder("git")
        repository = try GitFixture(folder.path("repo"))
        try FileManager.default.createDirectory(atPath: folder.path("out"), withIntermediateDirectories: true)
    }

    private func export(_ ref: String?) async throws -> String {
        try await GitClient().export(repository.url, ref: ref, to: folder.path("out"))
        return try folder.read("out/file")
    }

    @Test(
        arguments: [
            (nil, "main"), ("main", "main"), ("feature/x", "feature"), ("v1", "first"), ("light", "first"),
            ("refs/heads/feature/x", "feature"), ("both", "branch"), ("refs/tags/both", "tag"),
        ] as [(String?, String)]
    )
    func takesBranchesAndTags(ref: String?, content: String) async throws {
        try repository.commit(["file": "first"])
        try repository.git("tag", "--annotate", "--message=one", "v1")
        try repository.git("tag", "light")
        try repository.git("checkout", "--quiet", "-b", "feature/x")
        try repository.commit(["file": "feature"])
        try repository.git("checkout", "--quiet", "-b", "both")
        try repository.commit(["file": "tag"])
        try repository.git("tag", "both")
        try repository.commit(["file": "branch"])
        try repository.git("checkout", "--quiet", "main")
        try repository.commit(["file": "main", "sub/x": "y"])
        #expect(try await export(ref) == content)
        #expect(!FileManager.default.fileExists(atPath: folder.path("out/.git")))
    }

    @Test(arguments: [40, 10])
    func takesCommits(digits: Int) async throws {
        let first = try repository.commit(["file": "first"])
        try repository.commit(["file": "second"])
        #expect(try await export(String(first.prefix(digits)).uppercased()) == "first")
    }

    @Test func takesTheCommitOfAnAnnotatedTag() async throws {
        let first = try repository.commit(["file": "first"])
        try repository.git("tag", "--annotate", "--message=one", "v1")
        try repository.commit(["file": "second"])
        #expect(try await export(first) == "first")
    }

    @Test func reportsAnUnknownRefWithTheNearestOne() async throws {
        try repository.commit(["file": "x"])
        try repository.git("tag", "--annotate", "--message=one", "v1.0")
        let error = try await #require(throws: FuncError.self) { try await export("v1.1") }
        #expect(error.code == .templateNotFound)
        #expect(error.message == "there is no branch or tag 'v1.1' in '\(repository.url)'")
        #expect(error.hint == "did you mean 'v1.0'?")
    }

    @Test func reportsAnUnknownCommit() async throws {
        try repository.commit(["file": "x"])
        let error = try await #require(throws: FuncError.self) { try await export("0123456789") }
        #expect(error.code == .templateNotFound)
        #expect(error.message == "'0123456789' is not one commit of '\(repository.url)'")
    }

    @Test func reportsAnEmptyRepository() async throws {
        let error = try await #require(throws: FuncError.self) { try await export(nil) }
        #expect(error.code == .templateNotFound)
        #expect(error.message == "repository '\(repository.url)' is empty")
    }

    @Test func reportsWhatIsNoRepository() async throws {
        let url = "file://" + folder.path("none")
        let error = try await #require(throws: FuncError.self) {
            try await GitClient().export(url, ref: nil, to: folder.path("out"))
        }
        #expect(error.code == .gitFailed)
        #expect(error.message.hasPrefix("cannot connect to '\(url)': "))
    }

    @Test func tellsOfProgress() async throws {
        try repository.commit(["file": "x", "other": "y"])
        let last = Mutex<GitProgress?>(nil)
        try await GitClient().export(repository.url, ref: nil, to: folder.path("out")) { state in
            last.withLock { $0 = state }
        }
        let state = try #require(last.withLock { $0 })
        #expect(state.totalObjects == 4)
        #expect(state.receivedObjects == 4)
    }

    @Test func doesNotWaitForAListeningSocket() async throws {
        let server = try ListeningSocket()
        let error = try await #require(throws: FuncError.self) {
            try await GitClient(stallLimit: .milliseconds(50))
                .export("https://me:secret@127.0.0.1:\(server.port)/r", ref: nil, to: folder.path("out"))
        }
        #expect(error.code == .timedOut)
        #expect(
            error.message.hasPrefix("cannot clone 'https://127.0.0.1:\(server.port)/r': the server has been silent")
        )
    }

    @Test func endsAtOnceWhenCancelled() async throws {
        let server = try ListeningSocket()
        let target = folder.path("out")
        let task = Task {
            try await GitClient().export("https://127.0.0.1:\(server.port)/r", ref: nil, to: target)
        }
        // The connection is there, so libgit2 waits for the server's greeting and cannot be interrupted.
        try await eventually("the client connects", holds: server.hasConnection)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func createsARepositoryOnce() async throws {
        try folder.write("x", to: "new/file")
        try await GitClient().createRepository(in: folder.path("new"))
        #expect(FileManager.default.fileExists(atPath: folder.path("new/.git/HEAD")))
        let commit = try repository.commit(["file": "x"])
        try await GitClient().createRepository(in: repository.folder)
        #expect(try repository.git("rev-parse", "HEAD") == commit)
    }
}
