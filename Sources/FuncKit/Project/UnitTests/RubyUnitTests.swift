import Foundation

/// Minitest (or test-unit) over all files named `*_test.rb` or `test_*.rb`, in one process.
struct RubyUnitTests: UnitTestRecipe {
    let family = RuntimeFamily.ruby

    func commands(_ setting: UnitTestSetting) throws -> [UnitTestCommand] {
        let tests = Self.testFiles(in: setting.project)
        guard !tests.isEmpty else { return [] }
        let gemfile = FileManager.default.contents(atPath: setting.project + "/Gemfile")
        let namesGems = gemfile.map { RubyGemfile(String(decoding: $0, as: UTF8.self)).namesGems } ?? false
        let environment = namesGems ? ["BUNDLE_GEMFILE": setting.project + "/Gemfile"] : [:]
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

    /// Minitest comes with Ruby; a Gemfile that does not name it would hide it. Bundler also writes its lock file, which is
    /// for `bundle install` to do.
    private static let bundled = """
        minitest = Gem::Specification.find_all_by_name("minitest").first&.full_require_paths
        lock = "Gemfile.lock"
        locked = File.binread(lock) if File.file?(lock)
        begin
          require "bundler"
          Bundler.setup
        rescue LoadError
          abort "Bundler is not installed, and the Gemfile names gems; install it: gem install bundler"
        rescue Bundler::BundlerError => error
          abort "#{error.message}\\nthe gems of the Gemfile are needed; run: bundle install"
        ensure
          if locked
            File.binwrite(lock, locked) unless File.binread(lock) == locked
          elsif File.file?(lock)
            File.unlink(lock)
          end
        end
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
