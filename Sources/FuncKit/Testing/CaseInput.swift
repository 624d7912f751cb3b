import Foundation

/// What a function is given in a step of a case.
public enum CaseInput: Hashable, Sendable {
    /// A request, for functions of type http.
    case request(InvokeRequest)
    /// An event.
    case event(CloudEvent)
    /// A schedule that fired.
    case schedule(name: String, scheduledTime: Date, firedTime: Date)
    /// A batch of records of a stream.
    case records([JSONValue], source: String)

    /// The type of function that takes it.
    public var type: FunctionType {
        switch self {
        case .request: .http
        case .event: .event
        case .schedule: .scheduled
        case .records: .stream
        }
    }

    /// The request that delivers the input.
    /// - Throws: an error of the JSON writer.
    public func request(now: Date) throws -> InvokeRequest {
        switch self {
        case .request(let request): return request
        case .event(let event):
            return InvokeRequest(method: "POST", headers: event.binaryHeaders, body: event.data)
        case .schedule(let name, let scheduledTime, let firedTime):
            let event = try EventRequest.schedule(
                name,
                scheduledTime: scheduledTime,
                firedTime: firedTime,
                id: UUID().uuidString.lowercased(),
                source: "/schedules/\(name)"
            )
            return InvokeRequest(method: "POST", headers: event.binaryHeaders, body: event.data)
        case .records(let records, let source):
            let batch = JSONValue.object([
                "source": .string(source),
                "records": .array(records.enumerated().map { Self.completed($1, at: $0, now: now) }),
            ])
            return InvokeRequest(
                method: "POST",
                headers: ["Content-Type": ["application/json"]],
                body: try batch.document
            )
        }
    }

    /// A record with everything that a platform sends and the case leaves out.
    private static func completed(_ record: JSONValue, at offset: Int, now: Date) -> JSONValue {
        guard case .object(let given) = record else { return record }
        let usual: [String: JSONValue] = [
            "id": .string("\(offset)"), "partition": .integer(0), "offset": .integer(offset), "key": .null,
            "timestamp": .string(WireDate.format(now)), "data": .null,
        ]
        return .object(usual.merging(given) { $1 })
    }
}
