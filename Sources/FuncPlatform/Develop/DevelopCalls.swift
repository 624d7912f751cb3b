import Foundation
import FuncKit

/// Calls that the person at the terminal asks for: samples of the project, and schedules that fire now.
actor DevelopCalls {
    private let invocations: InvocationService
    private let firing: FiringService
    private let project: String
    private let feed: DevelopFeed
    /// The sample that was sent last, by the folder of the project.
    private var sent: [String: String] = [:]

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

    /// Sends a sample of the project: the one that was sent last, or `next` the one behind it, the first in the beginning. A
    /// project without samples is called with what a function of its type can make do with.
    func sendSample(to loaded: LoadedProject, next: Bool) async throws {
        let samples = SampleFolder(project: loaded.root.folder)
        let names = try await BlockingWork.run("list samples") { _ in try samples.names() }
        guard let index = choose(names, of: loaded.root.folder, next: next) else {
            return try await call(loaded.name, DevelopSample(count: 0), Self.plain(loaded.settings.type))
        }
        let type = loaded.settings.type
        let request = try await BlockingWork.run("read sample") { _ in
            let defaults = CloudEventDocument.Defaults(id: Identifier.make("evt"), source: "/hks-func/develop")
            return try samples.read(names[index]).request(for: type, defaults: defaults)
        }
        let file = "\(SampleFolder.name)/\(names[index])"
        try await call(loaded.name, DevelopSample(file: file, position: index + 1, count: names.count), request)
    }

    private func choose(_ names: [String], of folder: String, next: Bool) -> Int? {
        guard !names.isEmpty else { return nil }
        let last = sent[folder]
        // Files may have come and gone since.
        let index = next ? names.firstIndex { $0 > last ?? "" } : names.firstIndex { $0 == last }
        sent[folder] = names[index ?? 0]
        return index ?? 0
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

    private func call(_ function: String, _ sample: DevelopSample, _ request: InvokeRequest) async throws {
        let reference = FunctionReference(project: project, function: function)
        let response = try await invocations.invoke(request, of: reference)
        feed.send(.sent(function: function, sample, status: response.statusCode))
    }

    private static func plain(_ type: FunctionType) -> InvokeRequest {
        switch type {
        case .http: InvokeRequest(method: "GET")
        // It is sent a run of its schedule that somebody asked for.
        case .scheduled: InvokeRequest(method: "POST")
        case .event, .stream:
            InvokeRequest(
                method: "POST",
                headers: ["Content-Type": ["application/json"]],
                body: Data(#"{"sample":true}"#.utf8)
            )
        }
    }
}

extension LoadedProject {
    /// Names of the triggers that fire by the clock.
    var schedules: [String] {
        settings.triggers.filter { [TriggerSpec.schedule, TriggerSpec.timer].contains($0.type) }.map(\.name)
    }
}
