import ArgumentParser
import Foundation
import FuncKit

/// The request that `invoke` makes.
struct InvokeRequestOptions: ParsableArguments {
    @Option(name: [.short, .long], help: ArgumentHelp("Body as text; '-' reads standard input.", valueName: "text"))
    var data: String?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Body, event or records from a file; '-' reads standard input.", valueName: "path"),
        completion: .file()
    )
    var file: String?

    @Option(
        name: [.customShort("X"), .customShort("m"), .long],
        help: ArgumentHelp("Method; POST with a body, GET without.", valueName: "method")
    )
    var method: String?

    @Option(name: [.short, .long], help: ArgumentHelp("Path at the function.", valueName: "path"))
    var path: String = "/"

    @Option(
        name: [.customShort("H"), .long],
        help: ArgumentHelp("Header field; repeatable.", valueName: "name: value")
    )
    var header: [String] = []

    @Option(help: ArgumentHelp("Query item; repeatable.", valueName: "key=value"))
    var query: [KeyValue] = []

    @Option(help: ArgumentHelp("Type of the body; JSON where the body is JSON, else text.", valueName: "type"))
    var contentType: String?

    @Option(
        help: ArgumentHelp(
            "Send the body as an event with these attributes, type=com.example.made,source=/shop, or send the events of "
                + "a JSON file: @events/order.json.",
            valueName: "key=value,…|@path"
        )
    )
    var event: String?

    @Option(help: ArgumentHelp("Call the version with this tag.", valueName: "tag"))
    var tag: String?

    @Option(help: ArgumentHelp("Call this version: v3 or 3.", valueName: "version"))
    var version: String?

    func validate() throws {
        if data != nil, file != nil { throw ValidationError("--data and --file exclude each other") }
        if tag != nil, version != nil { throw ValidationError("--tag and --version exclude each other") }
        if !path.hasPrefix("/") { throw ValidationError("--path must start with '/', not '\(path)'") }
        if let eventFile {
            if eventFile.isEmpty { throw ValidationError("--event @ needs a file: --event @events/order.json") }
            if data != nil || file != nil {
                throw ValidationError("--event @file brings the body: leave out --data and --file")
            }
        } else if let event {
            _ = try EventAttributes(event)
        }
        for field in header where Self.split(field) == nil {
            throw ValidationError("--header must have the form 'Name: value', not '\(field)'")
        }
    }

    /// The file of `--event @file`.
    private var eventFile: String? {
        event.flatMap { $0.hasPrefix("@") ? String($0.dropFirst()) : nil }
    }

    /// Whether an event is asked for, rather than a plain request.
    var sendsEvent: Bool { event != nil }

    /// The request with its body read, as a function of a type takes it.
    func request(_ context: CommandContext, for type: FunctionType) throws -> InvokeRequest {
        var headers: [String: [String]] = [:]
        for (name, value) in header.compactMap(Self.split) { headers[name, default: []].append(value) }
        var body: BodySource.Body?
        if let eventFile {
            body = try events(eventFile, context, &headers)
        } else {
            body = try BodySource(data: data, file: file).read(context)
            try addType(for: type, &body, &headers)
            if let event {
                let event = try EventAttributes(event).event(headers["Content-Type"]?.first, body?.bytes, context.now())
                headers.merge(event.binaryHeaders) { $1 }
            }
        }
        return InvokeRequest(
            method: method?.uppercased() ?? (body == nil && event == nil ? "GET" : "POST"),
            path: path,
            headers: headers,
            query: Dictionary(grouping: query, by: \.key).mapValues { $0.map(\.value) },
            body: body?.bytes,
            version: tag ?? version
        )
    }

    private func events(_ path: String, _ context: CommandContext, _ headers: inout [String: [String]]) throws
        -> BodySource.Body?
    {
        guard var body = try BodySource(file: path).given(context) else { return nil }
        let document = try CloudEventDocument.read(body.bytes, file: body.name, defaults: EventAttributes.defaults())
        body.bytes = document.body
        Self.set(contentType ?? document.contentType, in: &headers)
        return body
    }

    /// Says what the body is: events and records are known by their look, where the function takes such.
    private func addType(
        for type: FunctionType,
        _ body: inout BodySource.Body?,
        _ headers: inout [String: [String]]
    ) throws {
        guard let given = body else { return }
        let hasType = headers.keys.contains { $0.lowercased() == "content-type" }
        guard contentType == nil, !hasType else {
            if let contentType { Self.set(contentType, in: &headers) }
            return
        }
        let text = JSONText.lines(given.bytes).map(JSONText.list) ?? given.bytes
        let value = try? JSONValue(parsing: text)
        switch type {
        case .event, .scheduled:
            guard event == nil, let value, CloudEventDocument.isEvents(value) else { break }
            let document = try CloudEventDocument.read(
                given.bytes,
                file: given.name,
                defaults: EventAttributes.defaults()
            )
            body?.bytes = document.body
            return Self.set(document.contentType, in: &headers)
        case .stream:
            // Said here with its place, rather than by the server.
            if value == nil { _ = try given.json() }
            body?.bytes = text
        case .http: break
        }
        Self.set(Self.type(of: body?.bytes ?? given.bytes), in: &headers)
    }

    private static func set(_ type: String, in headers: inout [String: [String]]) {
        headers = headers.filter { $0.key.lowercased() != "content-type" }
        headers["Content-Type"] = [type]
    }

    private static func type(of body: Data) -> String {
        let isJSON = (try? JSONSerialization.jsonObject(with: body, options: [.fragmentsAllowed])) != nil
        if isJSON { return "application/json" }
        return String(validating: body, as: UTF8.self) == nil ? "application/octet-stream" : "text/plain; charset=utf-8"
    }

    private static func split(_ field: String) -> (String, String)? {
        guard let colon = field.firstIndex(of: ":"), colon != field.startIndex, !field.contains(where: \.isNewline)
        else {
            return nil
        }
        let value = field[field.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        return (String(field[..<colon]), value)
    }
}
