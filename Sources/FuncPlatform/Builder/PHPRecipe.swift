import Foundation
import FuncKit

/// Builds PHP functions: packages that Composer installs into `app/vendor`, and a syntax check of all files.
struct PHPRecipe: BuildRecipe {
    let family = "php"
    let version = 2

    func build(_ context: BuildContext) async throws {
        try await checkSyntax(context)
        try await installPackages(context)
    }

    func launch(folder: String, toolchain: ResolvedToolchain) -> BundleLaunch {
        BundleLaunch(
            command: [toolchain.executable, folder + "/host/main.php"],
            // Where Xdebug is loaded, it costs time and writes traces of the host, unless a debugger asked for it:
            // https://xdebug.org/docs/all_settings#mode
            environment: ["XDEBUG_MODE": "off"],
            listensOnUnixSocket: true
        )
    }

    private func checkSyntax(_ context: BuildContext) async throws {
        let outcome = try await context.run(
            "php check.php",
            context.toolchain.executable,
            ["host/check.php", "app"],
            in: context.folder
        )
        guard !outcome.exit.isSuccess else { return }
        let message =
            outcome.lastLines.first { $0.hasPrefix("syntax error in ") }
            ?? "the files of the function could not be checked"
        throw FuncError(.buildFailed, message, details: outcome.lastLines)
    }

    private func installPackages(_ context: BuildContext) async throws {
        guard let data = FileManager.default.contents(atPath: context.app + "/composer.json") else { return }
        let manifest: ComposerManifest
        do {
            manifest = try ComposerManifest(data)
        } catch {
            throw FuncError(.buildFailed, "'composer.json' cannot be read", because: error, details: ["\(error)"])
        }
        let vendor = context.app + "/vendor"
        if FileManager.default.fileExists(atPath: vendor + "/autoload.php") {
            context.note(.info, "the packages in 'vendor' are used as they are")
            return
        }
        guard manifest.needsInstallation else { return }
        let cache = BuildCache(folder: context.cacheFolder)
        let key = cacheKey(context, manifest: data)
        if manifest.isSelfContained, try await cache.restore(key, to: vendor) {
            context.note(.info, "the packages of composer.json are taken from the cache")
            return
        }
        try await runComposer(context)
        let isInstalled = FileManager.default.fileExists(atPath: vendor)
        if manifest.isSelfContained, isInstalled { try await cache.store(vendor, as: key) }
    }

    /// Over all that decides what Composer installs.
    private func cacheKey(_ context: BuildContext, manifest: Data) -> String {
        let lock = FileManager.default.contents(atPath: context.app + "/composer.lock") ?? Data()
        let toolchain = context.toolchain.executable + "\0" + context.toolchain.version + "\0"
        return "php/" + Digest.sha256(Data(toolchain.utf8) + manifest + Data([0]) + lock)
    }

    private func runComposer(_ context: BuildContext) async throws {
        // The toolchain's own folder comes first there.
        guard let composer = ChildProcessExecutable.find("composer", searchPath: context.environment["PATH"]) else {
            throw FuncError(
                .toolchainMissing,
                "composer is not installed, and composer.json needs it",
                hint: "install it: apt-get install composer"
            )
        }
        context.note(.info, "installing the packages of composer.json")
        try await context.runToSuccess(
            "composer install",
            composer,
            ["install", "--no-dev", "--no-interaction", "--no-progress", "--prefer-dist"],
            in: context.app,
            variables: ["COMPOSER_VENDOR_DIR": "vendor", "COMPOSER_ALLOW_SUPERUSER": "1"]
        )
    }
}

/// What matters of a `composer.json`.
private struct ComposerManifest {
    /// Whether there are packages, or an autoloader to be made for the function's own classes.
    let needsInstallation: Bool
    /// Whether this file and the lock file alone decide what is installed.
    let isSelfContained: Bool

    init(_ data: Data) throws {
        guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw CocoaError(.propertyListReadCorrupt)
        }
        // Composer and PHP itself write empty objects as arrays.
        let packages = (object["require"] as? [String: Any] ?? [:]).keys.filter { $0.contains("/") }
        let autoload = object["autoload"] as? [String: Any] ?? [:]
        needsInstallation = !packages.isEmpty || !autoload.isEmpty
        // A class map lists the function's own files, and scripts may do anything.
        isSelfContained = autoload["classmap"] == nil && object["scripts"] == nil && object["repositories"] == nil
    }
}
