import Foundation
import FuncKit

/// Builds Ruby functions: a syntax check of all files, and the gems of a `Gemfile` beside the app.
struct RubyRecipe: BuildRecipe {
    let family = "ruby"
    let version = 1

    func build(_ context: BuildContext) async throws {
        try await checkSyntax(context)
        try await RubyGems(context: context).install()
    }

    func launch(folder: String, toolchain: ResolvedToolchain) -> BundleLaunch {
        let dependencies = folder + "/deps"
        let hasGems = FileManager.default.fileExists(atPath: dependencies)
        return BundleLaunch(
            command: [toolchain.executable, folder + "/host/main.rb"],
            environment: hasGems ? RubyGems.environment(app: folder + "/app", dependencies: dependencies) : [:],
            listensOnUnixSocket: true
        )
    }

    private func checkSyntax(_ context: BuildContext) async throws {
        let outcome = try await context.run(
            "ruby -c",
            context.toolchain.executable,
            ["-W0", "--disable=gems", "-e", Self.check],
            in: context.app
        )
        guard !outcome.exit.isSuccess else { return }
        let place = outcome.output.split(separator: "\n").first { $0.hasPrefix("syntax error in ") }
        let message = place.map(String.init) ?? "the files of the function could not be checked"
        throw FuncError(.buildFailed, message, details: outcome.lastLines)
    }

    /// Compiles every file in one process, which takes a fraction of the time of many `ruby -c`.
    ///
    /// Hidden folders and those of other people's files are left out. Ruby up to 3.3 says `file:line: syntax error, reason`;
    /// newer ones show the lines below, with the reason at a mark.
    private static let check = #"""
        exit unless defined?(RubyVM::InstructionSequence)
        $stdout.sync = true
        files = Dir.glob("**/*.rb").grep_v(%r{(\A|/)(vendor|node_modules)/}).sort
        failed = files.reject do |file|
          RubyVM::InstructionSequence.compile_file(file)
        rescue SyntaxError, ArgumentError, EncodingError => error
          line, reason = error.message.match(/:(\d+): (?:syntax error, )?(.*)/)&.captures
          marked = error.message[/^ *\| *\^+~* (.+)/, 1]
          puts "syntax error in #{[file, line].compact.join(":")}: #{marked || reason || error.message}"
          puts error.message
          false
        end
        exit failed.empty?
        """#
}

/// The gems of one function.
struct RubyGems {
    /// What the program below exits with where Bundler is missing, and where no gem is for more than tests.
    private static let noBundler: Int32 = 127
    private static let noGems: Int32 = 126

    let context: BuildContext

    /// What Bundler needs to know, to install gems and to find them.
    static func environment(app: String, dependencies: String) -> [String: String] {
        [
            "BUNDLE_GEMFILE": app + "/Gemfile",
            "BUNDLE_PATH": dependencies,
            // Settings in the project are of the developer's machine.
            "BUNDLE_APP_CONFIG": dependencies + "/.bundle",
            "BUNDLE_WITHOUT": "development:test",
            "BUNDLE_FROZEN": "true",
        ]
    }

    /// Installs what the `Gemfile` names; nothing where it names nothing.
    func install() async throws {
        guard let text = read("Gemfile") else { return }
        let gemfile = RubyGemfile(text)
        guard gemfile.namesGems else { return }
        let cache = BuildCache(folder: context.cacheFolder)
        let key = key(gemfile, text)
        if let key, try await cache.restore(key, to: context.dependencies) {
            try copyLock(from: context.dependencies, to: context.app)
            context.note(.info, "gems of the Gemfile are taken from the cache")
            return
        }
        context.note(.info, "installing the gems of the Gemfile")
        guard try await bundleInstall() else { return }
        try copyLock(from: context.app, to: context.dependencies)
        try removeDownloads()
        if let key { try await cache.store(context.dependencies, as: key) }
    }

    /// Names the installation; nil where other files decide about it, too.
    private func key(_ gemfile: RubyGemfile, _ text: String) -> String? {
        let lock = read("Gemfile.lock")
        let hasOwnGems = FileManager.default.fileExists(atPath: context.app + "/vendor/cache")
        guard gemfile.isSelfContained, lock != nil || !hasOwnGems else { return nil }
        let toolchain = context.toolchain
        let identity = [toolchain.executable, toolchain.version, text, lock ?? ""].joined(separator: "\0")
        return "ruby/" + Digest.sha256(Data(identity.utf8))
    }

    /// False where there was nothing to install.
    private func bundleInstall() async throws -> Bool {
        // What the project brings along in vendor/cache, and what Ruby itself has, need no network.
        let local = try await bundle(["install", "--local"])
        if local.exit == .status(Self.noBundler) {
            throw FuncError(
                .toolchainMissing,
                "Bundler is not installed, and the Gemfile names gems",
                hint: "install it: gem install bundler"
            )
        }
        if local.exit == .status(Self.noGems) { return false }
        guard !local.exit.isSuccess else { return true }
        context.note(.info, "not all gems are here already: asking the Gemfile's sources")
        let outcome = try await bundle(["install"])
        guard outcome.exit.isSuccess else {
            throw FuncError(
                .buildFailed,
                "'bundle install' ended with \(outcome.exit)",
                details: outcome.lastLines
            )
        }
        return true
    }

    /// Runs Bundler in the very Ruby that the function gets: the program `bundle` may belong to another.
    private func bundle(_ arguments: [String]) async throws -> ProcessOutcome {
        var variables = Self.environment(app: context.app, dependencies: context.dependencies)
        // The lock file may still have to be written.
        variables["BUNDLE_FROZEN"] = "false"
        variables["BUNDLE_SILENCE_ROOT_WARNING"] = "true"
        return try await context.run(
            "bundle install",
            context.toolchain.executable,
            ["-e", Self.program] + arguments,
            in: context.app,
            variables: variables
        )
    }

    /// What the program `bundle` does. A lock file that another version wrote must not make it fetch that version.
    private static let program = #"""
        begin
          require "bundler"
        rescue LoadError
          exit 127
        end
        ENV["BUNDLER_VERSION"] ||= Bundler::VERSION
        require "bundler/friendly_errors"
        Bundler.with_friendly_errors do
          require "bundler/cli"
          gemfile = Bundler::Dsl.evaluate(Bundler.default_gemfile, Bundler.default_lockfile, {})
          exit 126 if gemfile.dependencies.all? { |gem| (gem.groups - %i[development test]).empty? }
          Bundler::CLI.start(ARGV, debug: true)
        end
        """#

    private func copyLock(from source: String, to target: String) throws {
        let (from, to) = (source + "/Gemfile.lock", target + "/Gemfile.lock")
        let files = FileManager.default
        guard files.fileExists(atPath: from) else { return }
        if files.fileExists(atPath: to) { try files.removeItem(atPath: to) }
        try files.createDirectory(atPath: target, withIntermediateDirectories: true)
        try files.copyItem(atPath: from, toPath: to)
    }

    /// The archives from which gems were unpacked.
    private func removeDownloads() throws {
        let files = FileManager.default
        let versions = context.dependencies + "/ruby"
        guard files.fileExists(atPath: versions) else { return }
        for version in try files.contentsOfDirectory(atPath: versions) {
            let downloads = "\(versions)/\(version)/cache"
            if files.fileExists(atPath: downloads) { try files.removeItem(atPath: downloads) }
        }
    }

    private func read(_ name: String) -> String? {
        FileManager.default.contents(atPath: context.app + "/" + name).map { String(decoding: $0, as: UTF8.self) }
    }
}
