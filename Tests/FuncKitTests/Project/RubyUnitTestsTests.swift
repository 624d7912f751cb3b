import Foundation
import TestSupport
import Testing

@testable import FuncKit

@Suite struct RubyUnitTestsTests {
    private func commands(_ files: [String: String]) throws -> [UnitTestCommand] {
        let folder = try TemporaryFolder("ruby-tests")
        for (name, text) in files { try folder.write(text, to: "project/" + name) }
        return try RubyUnitTests().commands(
            UnitTestSetting(
                project: folder.path("project"),
                toolchain: Toolchain(family: .ruby, executable: "/usr/bin/ruby", version: "3.1.2"),
                scratch: folder.path("scratch"),
                sharedCache: folder.path("scratch") + "/shared",
                searchPath: []
            )
        )
    }

    @Test func findsTheFilesByTheirNames() throws {
        let files = [
            "handler.rb", "test/handler_test.rb", "test/deep/test_more.rb", "test/helper.rb", "vendor/a_test.rb",
            ".bundle/b_test.rb",
        ]
        let commands = try commands(Dictionary(uniqueKeysWithValues: files.map { ($0, "") }))
        #expect(commands.count == 1)
        #expect(commands.first?.arguments.suffix(2) == ["test/deep/test_more.rb", "test/handler_test.rb"])
        #expect(commands.first?.environment == [:])
    }

    @Test func aProjectWithoutTestsHasNoStep() throws {
        #expect(try commands(["handler.rb": ""]).isEmpty)
    }

    @Test func gemsComeThroughBundler() throws {
        let plain = try #require(try commands(["a_test.rb": "", "Gemfile": "source \"https://rubygems.org\"\n"]).first)
        #expect(plain.environment == [:])
        let bundled = try #require(try commands(["a_test.rb": "", "Gemfile": "gem \"rack\"\n"]).first)
        #expect(bundled.environment["BUNDLE_GEMFILE"]?.hasSuffix("/project/Gemfile") == true)
        #expect(bundled.arguments.contains { $0.contains("Bundler.setup") })
    }

    @Test(arguments: [
        ("gem 'rack'", true), ("  gem(\"rack\")", true), ("group(:test) { gem 'x' }", true), ("gemspec", true),
        ("eval_gemfile 'x'", true), ("# gem 'rack'", false), ("source 'https://gem.example.com' # gem 'x'", false),
        ("ruby '3.1'", false), ("", false),
    ])
    func readsWhetherAGemfileNamesGems(text: String, expected: Bool) {
        #expect(RubyGemfile(text).namesGems == expected)
    }
}
