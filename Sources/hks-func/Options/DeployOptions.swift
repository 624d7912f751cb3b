import ArgumentParser
import FuncKit

/// What a new version is called and what it changes.
struct DeployOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Name in place of the manifest's.", valueName: "name"))
    var name: String?

    @Option(
        name: [.short, .long, .customLong("functionRuntime")],
        help: ArgumentHelp("Runtime in place of the manifest's.", valueName: "runtime")
    )
    var runtime: String?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Tag of the version; it is reached at TAG-NAME.PROJECT too.", valueName: "tag")
    )
    var tag: String?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Variable of the function; repeatable.", valueName: "name=value")
    )
    var env: [String] = []

    @Option(
        help: ArgumentHelp(
            "Deploy this container image in place of the sources, where the server can.",
            valueName: "reference"
        )
    )
    var image: String?

    @Flag(name: .customLong("no-traffic"), help: "Leave the traffic where it is.")
    var noTraffic = false

    @Flag(help: "Deploy even if nothing changed.")
    var force = false

    @Option(help: ArgumentHelp("What changed; kept in the history.", valueName: "text"))
    var message: String?

    @Option(help: ArgumentHelp("Fail unless this version is the active one; 0 for none.", valueName: "version"))
    var ifVersion: String?

    @Flag(help: "Fail unless the very version of the runtime is installed; without, the nearest newer one is used.")
    var strictRuntime = false

    func validate() throws {
        if let tag, !FunctionName.isValid(tag) {
            throw ValidationError("--tag must have the form [a-z0-9]([-a-z0-9]*[a-z0-9])?, not '\(tag)'")
        }
        if let name, !FunctionName.isValid(name) {
            throw ValidationError("--name must have the form [a-z0-9]([-a-z0-9]*[a-z0-9])?, not '\(name)'")
        }
        _ = try ifVersion.map(Self.number)
    }

    /// The project with name and runtime of the flags.
    func applied(to project: LoadedProject) throws -> LoadedProject {
        var project = project
        if let name { project.name = name }
        if let runtime {
            _ = try RuntimeCatalog.require(runtime)
            project.settings.runtime = runtime
        }
        return project
    }

    /// The request for a source of this digest.
    func request(for project: LoadedProject, digest: String?) -> DeployRequest {
        DeployRequest(
            name: project.name,
            settings: project.settings,
            sourceDigest: digest,
            image: image,
            tag: tag,
            message: message,
            takesTraffic: !noTraffic,
            force: force,
            ifVersion: ifVersion.flatMap { try? Self.number($0) },
            strictRuntime: strictRuntime
        )
    }

    /// `3`, `v3` or `0`.
    static func number(_ text: String) throws -> Int {
        let digits = text.hasPrefix("v") ? String(text.dropFirst()) : text
        guard let number = Int(digits), number >= 0 else {
            throw ValidationError("--if-version must be a version number such as v3, not '\(text)'")
        }
        return number
    }
}
