import Foundation
import FuncKit

/// Gives each function under a debugger its port, its way of being started, and its place in the editor.
///
/// The port belongs to the platform, which passes connections on to the instance that serves. So it stays the same when
/// code is reloaded, and the instance before keeps its own debugger until it has finished.
actor DebugDesk {
    private struct Place {
        var relay: DebugRelay?
        var port: Int
        var portInUse: Int?
        /// What people were told last.
        var told: DebugEvent?
        /// Whether it turned out that no debugger can be had.
        var isWithout = false
        /// What the folder of sources holds, and what it held before.
        var bundle: Bundle?
    }

    private static let triedPorts = 100

    nonisolated let request: DebugRequest
    private let folder: String
    private let environment: [String: String]
    private var places: [String: Place] = [:]
    private var nextPort: Int

    /// Nil where nothing is to be debugged.
    init?(_ configuration: PlatformConfiguration) {
        guard let request = configuration.debug else { return nil }
        self.request = request
        folder = configuration.dataFolder + "/debug"
        environment = configuration.environment
        nextPort = request.basePort
    }

    /// The time-out of a function: lifted where a debugger may stop it.
    func timeoutSeconds(of function: String, project: String, _ seconds: Int) -> Int {
        isPausable(function, project) ? DebugRequest.timeoutSeconds : seconds
    }

    /// What a function that may be stopped is scaled by: one instance, for as long as it has traffic.
    func scaling(of function: String, project: String, _ scaling: Scaling, hasTraffic: Bool) -> Scaling {
        guard isPausable(function, project) else { return scaling }
        var single = scaling
        single.minScale = hasTraffic ? 1 : 0
        single.maxScale = 1
        return single
    }

    /// How an instance is started so that a debugger can attach; nil where none can, or none is wanted.
    func prepare(_ spec: InstanceSpec) async throws -> DebugLaunch? {
        guard request.includes(spec.functionName) else { return nil }
        let key = Self.key(spec.functionName, spec.project)
        guard let debugger = debugger(for: spec) else {
            return give(up: spec, because: Self.ownProgram(spec.functionName))
        }
        let machine = DebugMachine(environment: environment, functionVariables: spec.settings.environment)
        if let obstacle = await debugger.obstacle(spec.bundle, machine) { return give(up: spec, because: obstacle) }
        let place = try await place(of: key, debugger)
        var bundle = spec.bundle
        if debugger.runsFromSources {
            bundle = try await mirror(bundle, in: "\(folder)/\(key)")
            places[key]?.bundle = spec.bundle
        }
        var changed = spec
        var ports = PortAllocator()
        let port = debugger.way == .port ? try ports.take() : place.port
        let waits = request.waitsForDebugger && debugger.way == .port
        changed.bundle = debugger.launch(bundle, port: port, waits: waits, machine)
        changed.settings.timeout = DebugRequest.timeoutSeconds
        let session = DebugSession(
            function: spec.functionName,
            family: try RuntimeCatalog.require(spec.settings.runtime).family,
            access: debugger.way == .port ? .port(place.port) : .editorListens(place.port),
            portInUse: place.portInUse,
            waits: waits,
            sources: debugger.sources(of: bundle),
            warning: debugger.warning(machine)
        )
        return DebugLaunch(
            spec: changed,
            session: session,
            way: debugger.way,
            waits: waits,
            relay: place.relay,
            port: port,
            before: place.bundle.flatMap { $0.folder == spec.bundle.folder ? nil : $0 }
        )
    }

    /// The program runs: from here on a debugger can attach, if not to what serves then to what waits for it.
    func launched(_ launch: DebugLaunch, processID: Int32) {
        if launch.waits { launch.relay?.pass(to: launch.port) }
        var session = launch.session
        if launch.way == .process { session.access = .process(processID) }
        tell(.ready(session), Self.key(launch.spec.functionName, launch.spec.project))
    }

    /// The program did not become ready: the one before goes on, with its own sources.
    func failed(_ launch: DebugLaunch) async {
        launch.ended()
        guard let before = launch.before, FileManager.default.fileExists(atPath: before.folder) else { return }
        let key = Self.key(launch.spec.functionName, launch.spec.project)
        do {
            _ = try await mirror(before, in: "\(folder)/\(key)")
            places[key]?.bundle = before
        } catch {
            // What serves has its code in memory; the next attempt writes the folder anew.
            places[key]?.bundle = nil
        }
    }

    /// Closes the ports.
    func stop() async {
        let relays = places.values.compactMap(\.relay)
        places = [:]
        for relay in relays { await relay.close() }
    }

    // MARK: Places

    private static func key(_ function: String, _ project: String) -> String { "\(project)/\(function)" }

    private func isPausable(_ function: String, _ project: String) -> Bool {
        request.includes(function) && places[Self.key(function, project)]?.isWithout != true
    }

    private func debugger(for spec: InstanceSpec) -> (any LanguageDebugger)? {
        guard spec.settings.command.isEmpty else { return nil }
        return RuntimeCatalog.normalise(spec.settings.runtime).flatMap { LanguageDebuggers.debugger(for: $0.family) }
    }

    private static func ownProgram(_ function: String) -> FuncError {
        FuncError(
            .invalidArgument,
            "'\(function)' is a program of its own, which no debugger can be put around",
            hint: "have its 'command' start the debugger, for example [node, --inspect=127.0.0.1:9229, server.js]"
        )
    }

    private func give(up spec: InstanceSpec, because error: FuncError) -> DebugLaunch? {
        let key = Self.key(spec.functionName, spec.project)
        places[key, default: Place(port: 0)].isWithout = true
        tell(.unavailable(function: spec.functionName, error), key)
        return nil
    }

    private func tell(_ event: DebugEvent, _ key: String) {
        guard places[key]?.told != event else { return }
        places[key]?.told = event
        request.onEvent(event)
    }

    /// The function's port, taken on first use and kept from then on.
    private func place(of key: String, _ debugger: any LanguageDebugger) async throws -> Place {
        if let known = places[key], !known.isWithout { return known }
        var place = Place(port: nextPort)
        // Taken before the wait, so that two functions that start at once do not try the same one.
        if debugger.way != .process { nextPort += 1 }
        if debugger.way == .port {
            let wanted = place.port
            let relay = try await DebugRelay.listen(from: wanted, tries: Self.triedPorts, onLeft: debugger.left)
            place.port = relay.port
            place.portInUse = relay.port == wanted ? nil : wanted
            place.relay = relay
            nextPort = max(nextPort, relay.port + 1)
        }
        if let other = places[key], !other.isWithout {
            await place.relay?.close()
            return other
        }
        places[key] = place
        return place
    }

    /// Puts a bundle into the folder that a function's sources always run from.
    private func mirror(_ bundle: Bundle, in target: String) async throws -> Bundle {
        do {
            try await BlockingWork.run("copy sources") { _ in
                try FolderMirror(folder: target).update(from: bundle.folder)
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            throw FuncError(.fileSystem, "cannot copy the sources to '\(target)' for the debugger", because: error)
        }
        return bundle.moved(to: target)
    }
}

/// One instance that is started for a debugger.
struct DebugLaunch: Sendable {
    /// What to start in place of what was asked for.
    let spec: InstanceSpec
    fileprivate let session: DebugSession
    fileprivate let way: DebugWay
    /// Whether the program does nothing before a debugger has come.
    let waits: Bool
    fileprivate let relay: DebugRelay?
    fileprivate let port: Int
    /// What ran from the same folder before.
    fileprivate let before: Bundle?

    /// The instance serves: debuggers that connect from here on are its own.
    func becameReady() { relay?.pass(to: port) }

    /// The instance is gone.
    func ended() { relay?.forget(port) }
}
