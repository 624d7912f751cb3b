import Foundation
import FuncKit
import Templates
import TestSupport
import Testing

@Suite struct TemplateLibraryTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("library")
        for template in ["python/http", "nodejs/http", "nodejs/event"] {
            try folder.write(
                "name: \(template)\ndescription: Says hello\n",
                to: "share/scaffolds/\(template)/template.yaml"
            )
        }
        try folder.write("", to: "share/scaffolds/python/stream/main.py")
        try folder.write("", to: "share/hosts/python/main.py")
    }

    @Test func listsTemplatesInOrder() throws {
        let library = TemplateLibrary(contentFolder: folder.path("share"))
        let list = try library.list()
        #expect(list.map { "\($0.language)/\($0.type)" } == ["nodejs/event", "nodejs/http", "python/http"])
        #expect(list.first?.description == "Says hello")
        #expect(list.first?.name == "nodejs/event")
    }

    @Test func findsOneTemplateOrNamesThoseThereAre() throws {
        let library = TemplateLibrary(contentFolder: folder.path("share"))
        #expect(try library.template(.python, .http).folder == folder.path("share/scaffolds/python/http"))
        let error = try #require(throws: FuncError.self) { try library.template(.ruby, .http) }
        #expect(error.code == .templateNotFound)
        #expect(error.hint == "use one of nodejs/event, nodejs/http, python/http")
    }

    @Test func `files that all types of a language share are written unless the type has its own`() throws {
        let folder = try TemporaryFolder("library")
        try folder.write("name: python/http\n", to: "scaffolds/python/http/template.yaml")
        try folder.write("own", to: "scaffolds/python/http/a.txt")
        try folder.write("common", to: "scaffolds/python/common/a.txt")
        try folder.write("{{name}}", to: "scaffolds/python/common/sub/b.txt")
        let library = TemplateLibrary(contentFolder: folder.path)
        #expect(try library.list().map(\.name) == ["python/http"])
        var template = try library.template(.python, .http)
        #expect(template.commonFolder == folder.path("scaffolds/python/common"))
        template.variables = [TemplateVariable(name: "name", kind: .string)]
        let files = try Scaffolder.render(template, ["name": "x"])
        #expect(files.map(\.path) == ["a.txt", "sub/b.txt"])
        #expect(
            files.map(\.content) == [
                .file(Data("own".utf8), isExecutable: false), .file(Data("x".utf8), isExecutable: false),
            ]
        )
    }

    @Test func findsHosts() {
        let hosts = HostCatalog(contentFolder: folder.path("share"))
        #expect(hosts.languages == ["python"])
        #expect(hosts.folder(forLanguage: "python") == folder.path("share/hosts/python"))
        #expect(hosts.folder(forLanguage: "../hosts/python") == nil)
    }

    @Test(arguments: [
        ("bin/hks-func", "bin/hks-func_Templates.resources/Content"), ("bin/hks-func", "bin/Content"),
        ("bin/hks-func", "share/hks-func"), ("a/bin/../bin/hks-func", "a/share/hks-func"),
    ])
    func findsContentBesideTheProgram(program: String, content: String) throws {
        let root = try TemporaryFolder("install")
        try root.write("", to: content + "/hosts/x")
        try root.write("", to: content + "/scaffolds/x")
        let locator = ContentLocator(environment: ["HKS_FUNC_SHARE": ""], executablePath: root.path(program))
        #expect(try locator.locate() == root.path(content))
    }

    @Test func followsALinkToTheProgram() throws {
        let root = try TemporaryFolder("install")
        try root.write("", to: "opt/bin/hks-func")
        try root.write("", to: "opt/share/hks-func/hosts/x")
        try root.write("", to: "opt/share/hks-func/scaffolds/x")
        try FileManager.default.createDirectory(atPath: root.path("bin"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: root.path("bin/hks-func"),
            withDestinationPath: "../opt/bin/hks-func"
        )
        let locator = ContentLocator(environment: [:], executablePath: root.path("bin/hks-func"))
        #expect(try locator.locate() == root.path("opt/share/hks-func"))
    }

    @Test func theShareVariableEndsTheSearch() throws {
        let program = folder.path("bin/hks-func")
        let library = try TemplateLibrary(
            environment: ["HKS_FUNC_SHARE": folder.path("share")],
            executablePath: program
        )
        #expect(try library.list().count == 3)
        let error = try #require(throws: FuncError.self) {
            try TemplateLibrary(environment: ["HKS_FUNC_SHARE": folder.path("none")], executablePath: program)
        }
        #expect(error.code == .templateNotFound)
        #expect(error.message == "the language hosts and templates are in none of '\(folder.path("none"))'")
    }
}
