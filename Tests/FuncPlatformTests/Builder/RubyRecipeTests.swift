import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct RubyRecipeTests {
    @Test(arguments: [
        ("handler.rb", "def handler(:\nend\n", 1),
        ("lib/tools.rb", "\n\nx = = 1\n", 3),
        ("handler.rb", "def handler\n  if true\nend\n", 3),
    ])
    func `names file and line of a syntax error`(file: String, text: String, line: Int) async throws {
        let fixture = try RubyFixture()
        try fixture.write("def fine = 1\n", to: "a.rb")
        try fixture.write(text, to: file)
        let error = try #require(await #expect(throws: FuncError.self) { try await fixture.build() })
        #expect(error.code == .buildFailed)
        #expect(error.message.hasPrefix("syntax error in \(file):\(line): "), "\(error.message)")
        #expect(!error.message.contains("syntax error,"))
        #expect(!error.details.isEmpty)
    }

    @Test func `does not look at files that are not the function's`() async throws {
        let fixture = try RubyFixture()
        for name in [".hidden/a.rb", "vendor/gems/b.rb", "lib/vendor/c.rb", "node_modules/x/d.rb"] {
            try fixture.write("x = = 1\n", to: name)
        }
        _ = try await fixture.build()
    }

    @Test(arguments: [
        nil, "", "# gem \"rack\"\n", "source \"https://gem.example.com\"\nruby \">= 3.0\"\n",
        "source \"https://rubygems.org\"\ngroup :test do\n  gem \"minitest\"\nend\n",
    ])
    func `installs nothing where the function needs no gem`(gemfile: String?) async throws {
        let fixture = try RubyFixture()
        if let gemfile { try fixture.write(gemfile, to: "Gemfile") }
        let bundle = try await fixture.build()
        #expect(bundle.command[1] == bundle.folder + "/host/main.rb")
        #expect(bundle.environment.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: bundle.folder).sorted() == ["app", "host"])
    }

    @Test func `takes gems that the project brings along without a network`() async throws {
        let fixture = try RubyFixture()
        try fixture.write("source \"https://rubygems.org\"\ngem \"greeting\"\n", to: "Gemfile")
        try await fixture.addVendoredGem()
        let bundle = try await fixture.build()
        let outcome = try await fixture.run(
            ["-e", "require 'bundler/setup'; require 'greeting'; print Greeting::TEXT"],
            bundle
        )
        #expect(outcome.lastLines == ["hello from a gem"])
        let files = try FileManager.default.subpathsOfDirectory(atPath: bundle.folder + "/deps")
        #expect(!files.contains { $0.hasSuffix(".gem") })
    }

    @Test func `installs the gems of a Gemfile once and keeps what was resolved`() async throws {
        let fixture = try FakeRuby()
        let first = try await fixture.build("gem \"rack\"\n")
        #expect(first.environment["BUNDLE_GEMFILE"] == first.folder + "/app/Gemfile")
        #expect(first.environment["BUNDLE_PATH"] == first.folder + "/deps")
        #expect(first.environment["BUNDLE_FROZEN"] == "true")
        #expect(try fixture.runs() == ["install --local", "install"])
        let second = try await fixture.build("gem \"rack\"\n", source: "another")
        #expect(second.digest != first.digest)
        #expect(try fixture.runs().count == 2)
        for bundle in [first, second] {
            #expect(FileManager.default.fileExists(atPath: bundle.folder + "/deps/ruby/gems/rack.rb"))
            #expect(try String(contentsOfFile: bundle.folder + "/app/Gemfile.lock", encoding: .utf8) == "resolved\n")
        }
        _ = try await fixture.build("gem \"rack\", \"~> 2\"\n", source: "third")
        #expect(try fixture.runs().count == 4)
    }

    @Test(arguments: ["gem \"rack\", path: \"rack\"", "gemspec", "gem File.read(\"name\")", "eval_gemfile \"other\""])
    func `does not reuse an installation that depends on other files`(line: String) async throws {
        let fixture = try FakeRuby()
        _ = try await fixture.build(line + "\n")
        _ = try await fixture.build(line + "\n", source: "another")
        #expect(try fixture.runs().count == 4)
    }

    @Test func `shows what Bundler says`() async throws {
        let fixture = try FakeRuby()
        let error = await #expect(throws: FuncError.self) { try await fixture.build("gem \"no-such-gem\"\n") }
        #expect(error?.code == .buildFailed)
        #expect(error?.message == "'bundle install' ended with status 7")
        #expect(error?.details == ["Could not find gem 'no-such-gem'"])
        #expect(!FileManager.default.fileExists(atPath: fixture.base.folder.path("data/cache/ruby")))
    }

    @Test func `says how to get Bundler`() async throws {
        let fixture = try FakeRuby()
        let error = await #expect(throws: FuncError.self) { try await fixture.build("gem \"no-bundler\"\n") }
        #expect(error?.code == .toolchainMissing)
        #expect(error?.hint == "install it: gem install bundler")
    }
}

/// A builder with the Ruby of this machine.
private struct RubyFixture {
    let base: BuilderFixture
    let ruby: String

    init() throws {
        let searchPath = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        ruby = try #require(ChildProcessExecutable.find("ruby", searchPath: searchPath))
        base = try BuilderFixture(family: "ruby", executable: ruby)
        try base.folder.write("", to: "hosts/ruby/main.rb")
        try base.write("def handler = 1\n", to: "handler.rb")
    }

    func write(_ text: String, to name: String) throws {
        try base.write(text, to: name)
    }

    func build() async throws -> FuncPlatform.Bundle {
        try await base.builder.build(base.request(runtime: "ruby", handler: "handler.handler"))
    }

    /// Runs Ruby in a bundle, as an instance of it would run.
    func run(_ arguments: [String], _ bundle: FuncPlatform.Bundle) async throws -> ProcessOutcome {
        let options = ChildProcessOptions(
            executable: ruby,
            arguments: arguments,
            environment: base.configuration.environment.merging(bundle.environment) { $1 },
            workingFolder: bundle.workingFolder
        )
        return try await ProcessRunner.run(options, deadline: .seconds(20))
    }

    /// Puts a gem named `greeting` into the project's `vendor/cache`.
    func addVendoredGem() async throws {
        try write("module Greeting\n  TEXT = 'hello from a gem'\nend\n", to: "vendor/cache/lib/greeting.rb")
        let script = """
            require "rubygems/package"
            spec = Gem::Specification.new("greeting", "1.0.0") do |s|
              s.summary = s.description = "Greets"
              s.authors = ["nobody"]
              s.files = ["lib/greeting.rb"]
            end
            Gem::Package.build(spec, true)
            """
        let options = ChildProcessOptions(
            executable: ruby,
            arguments: ["-e", script],
            environment: base.configuration.environment,
            workingFolder: base.folder.path("sources/hello/vendor/cache")
        )
        let outcome = try await ProcessRunner.run(options, deadline: .seconds(20))
        try #require(outcome.exit.isSuccess, "\(outcome.lastLines)")
    }
}

/// A builder whose Ruby is a script: Bundler finds nothing without a network and notes how it was run.
private struct FakeRuby {
    let base: BuilderFixture

    init() throws {
        base = try BuilderFixture(family: "ruby", executable: "/unused")
        try base.folder.write("", to: "hosts/ruby/main.rb")
    }

    func build(_ gemfile: String, source: String = "hello") async throws -> FuncPlatform.Bundle {
        try base.folder.write(gemfile, to: "sources/\(source)/Gemfile")
        let ruby = try base.script(
            """
            [ "$1" = -e ] || exit 0
            shift 2
            grep -q no-bundler Gemfile && exit 127
            echo "$*" >> \(base.folder.path("runs"))
            [ "$2" = --local ] && exit 7
            if grep -q no-such Gemfile; then
                echo "Could not find gem 'no-such-gem'" >&2
                exit 7
            fi
            mkdir -p "$BUNDLE_PATH/ruby/gems" && touch "$BUNDLE_PATH/ruby/gems/rack.rb"
            echo resolved > Gemfile.lock
            """,
            at: "tools/ruby"
        )
        let builder = SourceBuilder(configuration: base.configuration, logs: base.logs) { source, target in
            try FileManager.default.copyItem(atPath: source, toPath: target)
        } locate: { _ in
            ResolvedToolchain(family: "ruby", executable: ruby, version: "3.1.2")
        }
        let request = base.request(source, version: source, runtime: "ruby", handler: "handler.handler")
        return try await builder.build(request)
    }

    func runs() throws -> [String] {
        guard FileManager.default.fileExists(atPath: base.folder.path("runs")) else { return [] }
        return try base.folder.read("runs").split(separator: "\n").map(String.init)
    }
}
