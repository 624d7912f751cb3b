import Foundation
import FuncKit

/// Calls that the person at the terminal asks for: samples of events, and schedules that fire now.
struct DevelopCalls: Sendable {
    private let invocations: InvocationService
    private let project: String
    private let feed: DevelopFeed
    private let now: @Sendable () -> Date

    init(
        invocations: InvocationService,
        project: String,
        feed: DevelopFeed,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.invocations = invocations
        self.project = project
        self.feed = feed
        self.now = now
    }

    /// Sends the first file of the project's `events` folder, or what a function of its type takes without one.
    func sendSample(to loaded: LoadedProject) async throws {
        let sample = try Self.sample(of: loaded.root.folder)
        try await call(loaded.name, sample?.name ?? "sample", sample?.request ?? Self.plain(loaded.settings.type))
    }

    /// Fires the first schedule that the manifest declares.
    func fireSchedule(of loaded: LoadedProject) async throws {
        let schedule = loaded.schedules.first
        guard let schedule = schedule ?? (loaded.settings.type == .scheduled ? "manual" : nil) else {
            throw FuncError(
                .triggerNotFound,
                "function '\(loaded.name)' has no schedule",
                hint: "declare one under 'triggers' in function.yaml"
            )
        }
        let event = try EventRequest.schedule(
            schedule,
            scheduledTime: now(),
            firedTime: now(),
            id: Identifier.make("evt"),
            source: "/functions/\(loaded.name)/triggers/\(schedule)"
        )
        let request = InvokeRequest(method: "POST", headers: event.binaryHeaders, body: event.data)
        try await call(loaded.name, schedule, request)
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
        settings.triggers.filter { ["schedule", "timer"].contains($0.type) }.map(\.name)
    }
}
