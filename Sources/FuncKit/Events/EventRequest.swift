import Foundation

/// Turns plain data into the request that functions of the other types take (runtime contract): a CloudEvent, a fired
/// schedule, or a batch of stream records.
public enum EventRequest {
    /// Type of the event that plain data becomes.
    public static let invokedType = "dev.hks.function.invoked"
    /// Type of the event of a schedule.
    public static let scheduleType = "dev.hks.schedule.fired"

    /// The request for a function of `type`; what is a CloudEvent or a batch already stays as it is.
    /// - Throws: ``FuncError`` with code `invalid_argument` where the body is no JSON and has to be.
    public static func make(
        for type: FunctionType,
        from request: InvokeRequest,
        source: String,
        id: String,
        now: Date
    ) throws -> InvokeRequest {
        switch type {
        case .http: return request
        case .event:
            let event = CloudEvent(
                id: id,
                source: source,
                type: invokedType,
                time: now,
                dataContentType: header("content-type", of: request),
                data: request.body
            )
            return deliver(event, with: request)
        case .scheduled:
            let event = try schedule("manual", scheduledTime: now, firedTime: now, id: id, source: source)
            return deliver(event, with: request, keepsBody: true)
        case .stream: return try batch(request, source: source, now: now)
        }
    }

    /// The event of a schedule that fired (runtime contract). `input` is what the schedule hands over: JSON, or text.
    public static func schedule(
        _ name: String,
        scheduledTime: Date,
        firedTime: Date,
        attempt: Int = 1,
        input: String? = nil,
        id: String,
        source: String
    ) throws -> CloudEvent {
        var fields: [String: JSONValue] = [
            "schedule": .string(name),
            "scheduledTime": .string(WireDate.format(scheduledTime)),
            "firedTime": .string(WireDate.format(firedTime)),
            "attempt": .integer(attempt),
        ]
        fields["input"] = input.map { (try? JSONValue(parsing: Data($0.utf8))) ?? .string($0) }
        return CloudEvent(
            id: id,
            source: source,
            type: scheduleType,
            time: firedTime,
            dataContentType: "application/json",
            data: try JSONValue.object(fields).document
        )
    }

    private static func deliver(
        _ event: CloudEvent,
        with request: InvokeRequest,
        keepsBody: Bool = false
    ) -> InvokeRequest {
        var delivery = request
        delivery.method = "POST"
        let isEvent = header("ce-specversion", of: request) != nil
        let isStructured =
            header("content-type", of: request)?.lowercased().hasPrefix("application/cloudevents") == true
        guard !isEvent, !isStructured else { return delivery }
        var event = event
        if keepsBody, let body = request.body {
            event.data = body
            event.dataContentType = header("content-type", of: request)
        }
        delivery.headers = request.headers.filter { $0.key.lowercased() != "content-type" }
            .merging(event.binaryHeaders) { $1 }
        delivery.body = event.data
        return delivery
    }

    /// One record, a list of records' data, or a batch as it is.
    private static func batch(_ request: InvokeRequest, source: String, now: Date) throws -> InvokeRequest {
        guard let body = request.body, let value = try? JSONValue(parsing: body) else {
            throw FuncError(
                .invalidArgument,
                "a function of type 'stream' is called with JSON: a batch, a list of records' data, or one of them"
            )
        }
        var batch = request
        batch.method = "POST"
        if case .object(let fields) = value, case .array = fields["records"] { return batch }
        var items = [value]
        if case .array(let list) = value { items = list }
        let records = items.enumerated().map { offset, data in
            JSONValue.object([
                "id": .string("\(offset)"),
                "partition": .integer(0),
                "offset": .integer(offset),
                "key": .null,
                "timestamp": .string(WireDate.format(now)),
                "data": data,
            ])
        }
        batch.body = try JSONValue.object(["source": .string(source), "records": .array(records)]).document
        batch.headers = request.headers.filter { $0.key.lowercased() != "content-type" }
        batch.headers["Content-Type"] = ["application/json"]
        return batch
    }

    private static func header(_ name: String, of request: InvokeRequest) -> String? {
        request.headers.first { $0.key.lowercased() == name }?.value.first
    }
}
