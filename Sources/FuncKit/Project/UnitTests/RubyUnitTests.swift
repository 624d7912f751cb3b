import Foundation

/// Minitest (or test-unit) over all files named `*_test.rb` or `test_*.rb`, in one process.
struct RubyUnitTests: UnitTestRecipe {
    let family = RuntimeFamily.ruby

    func abilities(_ setting: UnitTestSetting) -> Set<UnitTestAbility> { [.filter] }

    func commands(_ setting: UnitTestSetting) throws -> [UnitTestCommand] {
        let tests = Self.testFiles(in: setting.project)
        guard !tests.isEmpty else { return [] }
        let gemfile = FileManager.default.contents(atPath: setting.project + "/Gemfile")
        let namesGems = gemfile.map { RubyGemfile(String(decoding: $0, as: UTF8.self)).namesGems } ?? false
        let environment = namesGems ? ["BUNDLE_GEMFILE": setting.project + "/Gemfile"] : [:]
        let report = setting.scratch + "/report.jsonl"
        let script = namesGems ? Self.bundled + Self.runner : Self.runner
        return [
            UnitTestCommand(
                "ruby -Itest",
                setting.toolchain.executable,
                ["-I.", "-Ilib", "-Itest", "-e", script, report, setting.filter ?? ""] + tests,
                environment: environment,
                format: .reportLines,
                report: report
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

    /// Minitest tells its results to a reporter of ours as well; other libraries are known by their numbers.
    private static let runner = """
        $stdout.sync = true
        report, filter, *files = ARGV.slice!(0..)
        begin
          files.each { |file| require File.expand_path(file) }
        rescue LoadError => error
          raise unless error.path.to_s.start_with?("minitest")
          abort "Minitest is not installed; install it: gem install minitest"
        end
        ARGV.concat(["--name", "/#{Regexp.escape(filter)}/"]) unless filter.empty?
        if defined?(Minitest) && Minitest.respond_to?(:extensions)
          require "json"
          reporter = Class.new(Minitest::AbstractReporter) do
            define_method(:start) { @file = File.open(report, "w") }
            define_method(:report) { @file.close }
            define_method(:record) do |result|
              owner = result.respond_to?(:klass) ? result.klass : result.class.name
              outcome = result.skipped? ? "skipped" : result.passed? ? "passed" : "failed"
              text = result.failures.map { |failure| "#{failure.message}\\nat #{failure.location}" }.join("\\n").scrub
              text = result.failures.first.message.to_s.scrub if result.skipped?
              line = { name: "#{owner}##{result.name}", outcome: outcome, ms: result.time * 1000, text: text }
              @file.puts(JSON.generate(line))
              @file.flush
            end
          end
          Minitest.define_singleton_method(:plugin_hks_func_init) { |_| self.reporter << reporter.new }
          Minitest.extensions << "hks_func"
        end
        """
}
