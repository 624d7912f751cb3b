import Foundation

/// Minitest (or test-unit) over all files named `*_test.rb` or `test_*.rb`, in one process.
struct RubyUnitTests: UnitTestRecipe {
    let family = RuntimeFamily.ruby

    func commands(_ setting: UnitTestSetting) throws -> [UnitTestCommand] {
        let tests = Self.testFiles(in: setting.project)
        guard !tests.isEmpty else { return [] }
        let gemfile = FileManager.default.contents(atPath: setting.project + "/Gemfile")
        let namesGems = gemfile.map { RubyGemfile(String(decoding: $0, as: UTF8.self)).namesGems } ?? false
        var environment: [String: String] = [:]
        if namesGems {
            environment["BUNDLE_GEMFILE"] = setting.project + "/Gemfile"
            // Without this Bundler would write one into the project.
            if !FileManager.default.fileExists(atPath: setting.project + "/Gemfile.lock") {
                environment["BUNDLE_FROZEN"] = "true"
            }
        }
        return [
            UnitTestCommand(
                "ruby -Itest",
                setting.toolchain.executable,
                ["-I.", "-Ilib", "-Itest", "-e", namesGems ? Self.bundled + Self.runner : Self.runner] + tests,
                environment: environment
            )
        ]
    }

    /// Relative paths, sorted.
    private static func testFiles(in project: String) -> [String] {
        guard let files = FileManager.default.enumerator(atPath: project) else { return [] }
        var found: [String] = []
        while let path = files.nextObject() as? String {
            let name = path.split(separator: "/").last.map(String.init) ?? ""
            if name.hasPrefix(".") || ["vendor", "node_modules"].contains(name) {
                files.skipDescendants()
            } else if name.hasSuffix("_test.rb") || (name.hasPrefix("test_") && name.hasSuffix(".rb")) {
                found.append(path)
            }
        }
        return found.sorted()
    }

    /// Minitest comes with Ruby; a Gemfile that does not name it would hide it.
    private static let bundled = """
        minitest = Gem::Specification.find_all_by_name("minitest").first&.full_require_paths
        require "bundler/setup"
        begin
          require "minitest"
        rescue LoadError
          $LOAD_PATH.concat(minitest || [])
        end

        """

    private static let runner = """
        begin
          ARGV.slice!(0..).each { |file| require File.expand_path(file) }
        rescue LoadError => error
          raise unless error.path.to_s.start_with?("minitest")
          abort "Minitest is not installed; install it: gem install minitest"
        end
        """
}
