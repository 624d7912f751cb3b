import Foundation
import FuncKit

/// Calls that the person at the terminal asks for: samples of events, and schedules that fire now.
struct DevelopCalls: Sendable {
    private let invocations: InvocationService
    private let firing: FiringService
    private let project: String
    private let feed: DevelopFeed

    init(
        invocations: InvocationService,
        firing: FiringService,
        project: String,
        feed: DevelopFeed
    ) {
        self.invocations = invocations
        self.firing = firing
        self.project = project
        self.feed = feed
    }

    /// Sends the first file of the project's `events` folder, or what a function of its type takes without one.
    func sendSample(to loaded: LoadedProject) async throws {
        let sample = try Self.sample(of: loaded.root.folder)
        try await call(loaded.name, sample?.name ?? "sample", sample?.request ?? Self.plain(loaded.settings.type))
    }

    /// Fires the first schedule that the manifest declares.
    func fireSchedule(of loaded: LoadedProject) async throws {
        guard let schedule = loaded.schedules.first else {
            throw FuncError(
                .triggerNotFound,
                "function '\(loaded.name)' has no schedule",
                hint: "declare one under 'triggers' in function.yaml"
            )
        }
        // What comes of it is told like all that fires by itself.
        _ = try await firing.fire(schedule, of: FunctionReference(project: project, function: loaded.name))
    }

    /// Tells of every trigger that fires, by the clock or by hand, until the task is cancelled.
    func tellFirings() async {
        for await firing in firing.firings() {
            if let response = firing.response {
                feed.send(
                    .fired(function: firing.functionName, trigger: firing.trigger, status: response.statusCode)
                )
            } else {
                let reason = firing.error ?? "the call failed"
                feed.send(.warning(function: firing.functionName, "trigger '\(firing.trigger)': \(reason)"))
            }
        }
    }

    private func call(_ function: String, _ trigger: String, _ request: InvokeRequest) async throws {
        let reference = FunctionReference(project: project, function: function)
        let response = try await invocations.invoke(request, of: reference)
        feed.send(.fired(function: function, trigger: trigger, status: response.statusCode))
    }

    // MARK: Samples

    /// The first sample by name; nil where the project has none.
    static func sample(of folder: String) throws -> (name: String, request: InvokeRequest)? {
        let events = folder + "/events"
        guard FileManager.default.fileExists(atPath: events) else { return nil }
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: events)
            guard let name = names.filter({ $0.hasSuffix(".json") }).min() else { return nil }
            let body = try Data(contentsOf: URL(fileURLWithPath: events + "/" + name))
            return (name, request(body))
        } catch {
            throw FuncError(.fileSystem, "cannot read the samples in '\(events)'", cause: "\(error)")
        }
    }

    /// A CloudEvent goes as one, all else as plain JSON.
    private static func request(_ body: Data) -> InvokeRequest {
        var type = "application/json"
        if case .object(let fields)? = try? JSONValue(parsing: body), fields["specversion"] != nil {
            type = "application/cloudevents+json"
        }
        return InvokeRequest(method: "POST", headers: ["Content-Type": [type]], body: body)
    }

    private static func plain(_ type: FunctionType) -> InvokeRequest {
        switch type {
        case .http: InvokeRequest(method: "GET")
        case .event, .scheduled, .stream: request(Data(#"{"sample":true}"#.utf8))
        }
    }
}

extension LoadedProject {
    /// Names of the triggers that fire by the clock.
    var schedules: [String] {
        settings.triggers.filter { [TriggerSpec.schedule, TriggerSpec.timer].contains($0.type) }.map(\.name)
    }
}
