import Foundation
import FuncKit
import TestSupport
import Testing

@Suite struct TemplateFetcherTests {
    private struct Broken: Error {}

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("fetch")
        try FileManager.default.createDirectory(atPath: folder.path("tmp"), withIntermediateDirectories: true)
    }

    private func fetcher(extract: @escaping TemplateFetcher.Extract = { _, _ in throw Broken() }) -> TemplateFetcher {
        TemplateFetcher(temporaryFolder: folder.path("tmp"), git: GitClient(), extract: extract)
    }

    private func leftovers() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path("tmp"))
    }

    @Test func takesASubfolderOfARepository() async throws {
        let repository = try GitFixture(folder.path("repo"))
        try repository.commit([
            "template.yaml": "name: outer\n", "a/b/template.yaml": "name: inner\n", "a/b/main.py": "x",
        ])
        let source = try TemplateSource.parse(repository.url + "#:a/b", workingFolder: "/")
        let paths = try await fetcher().withTemplate(source) { template in
            #expect(template.name == "inner")
            return try Scaffolder.render(template, [:]).map(\.path)
        }
        #expect(paths == ["main.py"])
        #expect(try leftovers().isEmpty)
    }

    @Test func aRepositoryWithoutDescriptionIsCopiedWithoutItsHistory() async throws {
        let repository = try GitFixture(folder.path("repo"))
        try repository.commit(["function.yaml": "name: x\n", "main.py": "{{x}}"])
        let source = try TemplateSource.parse(repository.url, workingFolder: "/")
        let texts = try await fetcher().withTemplate(source) { try Scaffolder.render($0, [:]).texts }
        #expect(texts == ["function.yaml": "name: x\n", "main.py": "{{x}}"])
    }

    @Test(arguments: ["none", "link", "link/etc", "main.py"])
    func refusesSubfoldersThatAreNone(path: String) async throws {
        let repository = try GitFixture(folder.path("repo"))
        try FileManager.default.createSymbolicLink(atPath: folder.path("repo/link"), withDestinationPath: "/")
        try repository.commit(["main.py": "x"])
        let source = try TemplateSource.parse(repository.url + "#:" + path, workingFolder: "/")
        let error = try await #require(throws: FuncError.self) { try await fetcher().withTemplate(source) { _ in } }
        #expect(error.code == .templateNotFound)
        #expect(try leftovers().isEmpty)
    }

    @Test(arguments: ["", "repo-main/"])
    func takesAnArchiveWithOrWithoutAFolderAround(prefix: String) async throws {
        let archive = try folder.write("", to: "t.zip")
        let fetcher = fetcher { path, target in
            #expect(path == archive)
            for name in ["template.yaml", "a.txt"] {
                let url = URL(fileURLWithPath: target + "/" + prefix + name)
                try FileManager.default.createDirectory(
                    at: url.deletingLastPathComponent(),
                    withIntermediateDirectories: true
                )
                try Data("name: zipped\n".utf8).write(to: url)
            }
        }
        let files = try await fetcher.withTemplate(.archive(archive)) { try Scaffolder.render($0, [:]).map(\.path) }
        #expect(files == ["a.txt"])
        #expect(try leftovers().isEmpty)
    }

    @Test func cleansUpAfterAFailure() async throws {
        await #expect(throws: Broken.self) { try await fetcher().withTemplate(.archive("/x.zip")) { _ in } }
        #expect(try leftovers().isEmpty)
    }

    @Test func readsAFolderWhereItIs() async throws {
        try folder.write("name: here\n", to: "dir/template.yaml")
        let name = try await fetcher().withTemplate(.folder(folder.path("dir"))) { $0.name }
        #expect(name == "here")
    }
}
