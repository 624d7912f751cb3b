import Foundation
import FuncKit
import TestSupport
import Testing

@Suite struct TemplateSourceTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("source")
        try folder.write("x", to: "dir/main.py")
        try folder.write("x", to: "t.tar.gz")
        try folder.write("x", to: "T.ZIP")
        try folder.write("x", to: "notes.txt")
    }

    @Test(arguments: [
        ("https://host/repo.git", "https://host/repo.git", nil, nil),
        ("https://host/repo#v1", "https://host/repo", "v1", nil),
        ("https://host/repo.git#feature/x:a/b/", "https://host/repo.git", "feature/x", "a/b"),
        ("https://host/repo.git#:a", "https://host/repo.git", nil, "a"),
        ("https://host/repo.git#", "https://host/repo.git", nil, nil),
        ("HTTPS://host/repo", "HTTPS://host/repo", nil, nil),
        ("ssh://git@host:22/repo.git#main", "ssh://git@host:22/repo.git", "main", nil),
        ("git@host:team/repo.git", "git@host:team/repo.git", nil, nil),
        ("git@host:team/repo.git#v1:sub", "git@host:team/repo.git", "v1", "sub"),
        ("file:///srv/repo", "file:///srv/repo", nil, nil),
    ])
    func readsRepositories(text: String, url: String, ref: String?, path: String?) throws {
        let source = try TemplateSource.parse(text, workingFolder: folder.path)
        #expect(source == .git(TemplateSource.GitLocation(url: url, ref: ref, path: path)))
    }

    @Test func readsLocalPaths() throws {
        let working = folder.path
        #expect(try TemplateSource.parse("dir", workingFolder: working) == .folder(folder.path("dir")))
        #expect(try TemplateSource.parse("./dir/../dir", workingFolder: working) == .folder(folder.path("dir")))
        #expect(try TemplateSource.parse(folder.path("dir"), workingFolder: "/") == .folder(folder.path("dir")))
        #expect(try TemplateSource.parse("t.tar.gz", workingFolder: working) == .archive(folder.path("t.tar.gz")))
        #expect(try TemplateSource.parse("T.ZIP", workingFolder: working) == .archive(folder.path("T.ZIP")))
    }

    @Test(arguments: [
        ("", ErrorCode.invalidArgument, "the source of the template is empty"),
        ("none", .templateNotFound, "there is no file or folder 'none'"),
        ("notes.txt", .invalidArgument, "'notes.txt' is neither a folder nor an archive"),
        (
            "http://host/repo", .invalidArgument,
            "cannot take a template over 'http': it is not protected against changes on the way"
        ),
        (
            "https://me:pass@host/x.tar.gz", .invalidArgument,
            "'https://host/x.tar.gz' is not the address of a git repository"
        ),
        ("https://", .invalidArgument, "'https://' is not the address of a git repository"),
        ("https://host/r#v1:../x", .templateInvalid, "the template may not write to '../x'"),
    ])
    func refuses(text: String, code: ErrorCode, message: String) throws {
        let error = try #require(throws: FuncError.self) {
            try TemplateSource.parse(text, workingFolder: folder.path)
        }
        #expect(error.code == code)
        #expect(error.message == message)
    }

    @Test(arguments: [
        ("https://me:pass@host/r", "https://host/r"), ("https://token@host/r", "https://host/r"),
        ("https://host/r@1", "https://host/r@1"), ("ssh://git:pass@host/r", "ssh://git@host/r"),
        ("git@host:r", "git@host:r"), ("https://a@b@host/r", "https://host/r"),
    ])
    func showsNoCredentials(url: String, shown: String) {
        #expect(TemplateSource.GitLocation(url: url).displayURL == shown)
    }
}
