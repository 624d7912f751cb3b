import Foundation
import FuncKit
import FuncPlatform

/// An event of `develop` as programs read it: `event` and `time`, and what belongs to the kind of event.
struct DevelopRecord: Encodable, Sendable {
    private let event: DevelopEvent
    private let now: Date

    /// Describes what happened at `now`; events that know their own time keep it.
    init(_ event: DevelopEvent, now: Date) {
        self.event = event
        self.now = now
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        switch event {
        case .started(let gateway): try begin(&fields, "started").add(gateway)
        case .project(let project): try begin(&fields, "project").add(project)
        case .state(let function, let state): try begin(&fields, "state", function).add(state)
        case .changed(let function, let files):
            try begin(&fields, "changed", function).encode(files, forKey: .files)
        case .reloaded(let function, let reload):
            try begin(&fields, "reloaded", function).encode(reload.version, forKey: .version)
            try fields.encode(reload.milliseconds, forKey: .duration)
        case .build(let function, let entry):
            try begin(&fields, "build", function, at: entry.timestamp).add(entry)
        case .log(let function, let entry):
            try begin(&fields, "log", function, at: entry.timestamp).add(entry)
        case .request(let function, let request): try begin(&fields, "request", function).add(request)
        case .fired(let function, let trigger, let status):
            try begin(&fields, "fired", function).encode(trigger, forKey: .trigger)
            try fields.encode(status, forKey: .status)
        case .sent(let function, let sample, let status):
            try begin(&fields, "sent", function)
            try fields.encodeIfPresent(sample.file, forKey: .sample)
            try fields.encode(status, forKey: .status)
        case .notice(let function, let text):
            try begin(&fields, "notice", function).encode(text, forKey: .message)
        case .warning(let function, let text):
            try begin(&fields, "warning", function).encode(text, forKey: .message)
        case .problem(let function, let error):
            try begin(&fields, "problem", function).encode(ErrorReport.Body(error), forKey: .error)
        case .stopping: try begin(&fields, "stopping")
        }
    }

    /// Writes what all events have; gives the container back for what comes next.
    @discardableResult
    private func begin(
        _ fields: inout KeyedEncodingContainer<Key>,
        _ name: String,
        _ function: String? = nil,
        at time: Date? = nil
    ) throws -> Fields {
        try fields.encode(name, forKey: .event)
        try fields.encode(time ?? now, forKey: .time)
        try fields.encodeIfPresent(function, forKey: .function)
        return Fields(container: fields)
    }

    fileprivate enum Key: String, CodingKey {
        case event, time, function, files, version, trigger, sample, status, message, error, state, serving, port, url
        case folder, type, runtime, toolchain, watching, variables, schedules, level, source, instance, fields
        case method, path, outcome
        case duration = "duration_ms"
        case debugPort = "debug_port"
        case portInUse = "port_in_use"
        case requestID = "request_id"
        case traceID = "trace_id"
        case startedAt = "started_at"
        case coldStart = "cold_start"
    }
}

/// The fields of one kind of event each. Containers are references: what is written here lands in the event's object.
private struct Fields {
    var container: KeyedEncodingContainer<DevelopRecord.Key>

    func encode(_ value: some Encodable, forKey key: DevelopRecord.Key) throws {
        var container = container
        try container.encode(value, forKey: key)
    }

    func add(_ gateway: DevelopGateway) throws {
        var container = container
        try container.encode(gateway.url, forKey: .url)
        try container.encode(gateway.port, forKey: .port)
        try container.encodeIfPresent(gateway.portInUse, forKey: .portInUse)
    }

    func add(_ project: DevelopProject) throws {
        var container = container
        try container.encode(project.function, forKey: .function)
        try container.encode(project.url, forKey: .url)
        try container.encode(project.folder, forKey: .folder)
        try container.encode(project.type, forKey: .type)
        try container.encode(project.runtime, forKey: .runtime)
        try container.encodeIfPresent(project.toolchain, forKey: .toolchain)
        try container.encodeIfPresent(project.watching, forKey: .watching)
        try container.encode(project.variables, forKey: .variables)
        try container.encode(project.schedules, forKey: .schedules)
        try container.encodeIfPresent(project.debugPort, forKey: .debugPort)
    }

    func add(_ state: DevelopState) throws {
        var container = container
        try container.encode(state.name, forKey: .state)
        switch state {
        case .ready(let version): try container.encode(version, forKey: .version)
        case .failed(let error, let serving):
            try container.encode(ErrorReport.Body(error), forKey: .error)
            try container.encodeIfPresent(serving, forKey: .serving)
        case .building, .starting, .missing: break
        }
    }

    func add(_ entry: LogEntry) throws {
        var container = container
        try container.encode(entry.level, forKey: .level)
        try container.encode(entry.message, forKey: .message)
        try container.encode(entry.source, forKey: .source)
        try container.encodeIfPresent(entry.instance, forKey: .instance)
        try container.encodeIfPresent(entry.version, forKey: .version)
        try container.encodeIfPresent(entry.requestID, forKey: .requestID)
        try container.encodeIfPresent(entry.traceID, forKey: .traceID)
        if !entry.fields.isEmpty { try container.encode(entry.fields, forKey: .fields) }
    }

    func add(_ request: RequestRecord) throws {
        var container = container
        try container.encode(request.method, forKey: .method)
        try container.encode(request.path, forKey: .path)
        try container.encode(request.status, forKey: .status)
        try container.encode((request.durationMilliseconds * 1000).rounded() / 1000, forKey: .duration)
        try container.encode(request.coldStart, forKey: .coldStart)
        try container.encode(request.startedAt, forKey: .startedAt)
        try container.encode(request.versionNumber, forKey: .version)
        try container.encode(request.requestID, forKey: .requestID)
        try container.encode(request.outcome.word, forKey: .outcome)
    }
}

extension DevelopState {
    /// The state in one word.
    var name: String {
        switch self {
        case .building: "building"
        case .starting: "starting"
        case .ready: "ready"
        case .failed: "failed"
        case .missing: "missing"
        }
    }
}

extension RequestOutcome {
    /// The outcome as it stands in documents.
    fileprivate var word: String {
        switch self {
        case .answered: "answered"
        case .brokeOff: "broke_off"
        case .clientLeft: "client_left"
        }
    }
}
