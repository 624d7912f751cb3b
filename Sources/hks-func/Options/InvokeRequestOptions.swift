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

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Path at the function; '/' where none is given.", valueName: "path")
    )
    var path: String?

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

    @Option(
        name: .customLong("request"),
        help: ArgumentHelp(
            "Send the request that a JSON file describes; '-' reads standard input. Other options replace parts of it.",
            valueName: "path"
        ),
        completion: .file()
    )
    var requestFile: String?

    @Option(help: ArgumentHelp("Call the version with this tag.", valueName: "tag"))
    var tag: String?

    @Option(
        help: ArgumentHelp("Call this version: v3 or 3.", valueName: "version"),
        completion: LiveNames.versions.completion
    )
    var version: String?

    func validate() throws {
        if data != nil, file != nil { throw ValidationError("--data and --file exclude each other") }
        if tag != nil, version != nil { throw ValidationError("--tag and --version exclude each other") }
        if let path, !path.hasPrefix("/") { throw ValidationError("--path must start with '/', not '\(path)'") }
        if let requestFile { try validate(requestFile) }
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

    private func validate(_ requestFile: String) throws {
        if data != nil || file != nil || event != nil {
            throw ValidationError("--request brings the body: leave out --data, --file and --event")
        }
        if requestFile.hasPrefix("@") {
            throw ValidationError("--request takes a path: write '\(requestFile.dropFirst())', without '@'")
        }
        // What the option of this name means to curl.
        if ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].contains(requestFile.uppercased()) {
            throw ValidationError("--request takes a file; the method goes with --method \(requestFile)")
        }
    }

    /// The file of `--event @file`.
    private var eventFile: String? {
        event.flatMap { $0.hasPrefix("@") ? String($0.dropFirst()) : nil }
    }

    /// Whether an event is asked for, rather than a plain request.
    var sendsEvent: Bool { event != nil }

    /// Whether a file says what the whole request is.
    var sendsDescribedRequest: Bool { requestFile != nil }

    /// The request with its body read, as a function of a type takes it.
    func request(_ context: CommandContext, for type: FunctionType) throws -> InvokeRequest {
        if let requestFile { return try described(in: requestFile, context) }
        var headers: [String: [String]] = [:]
        for (name, value) in header.compactMap(Self.split) { headers[name, default: []].append(value) }
        var body: BodySource.Body?
        if let eventFile {
            body = try events(eventFile, context, &headers)
        } else {
            body = try BodySource(data: data, file: file).read(context)
            try addType(for: type, &body, &headers, context.console)
            if let event {
                let event = try EventAttributes(event).event(headers["Content-Type"]?.first, body?.bytes, context.now())
                headers.merge(event.binaryHeaders) { $1 }
            }
        }
        return InvokeRequest(
            method: method?.uppercased() ?? (body == nil && event == nil ? "GET" : "POST"),
            path: path ?? "/",
            headers: headers,
            query: queryItems,
            body: body?.bytes,
            version: tag ?? version
        )
    }

    private var queryItems: [String: [String]] {
        Dictionary(grouping: query, by: \.key).mapValues { $0.map(\.value) }
    }

    /// The request of a file, with what other options say in the place of what it says.
    private func described(in file: String, _ context: CommandContext) throws -> InvokeRequest {
        let document = try BodySource.contents(of: file, context)
        var request = try RequestSample.read(document.bytes, file: document.name)
        let fields = Dictionary(grouping: header.compactMap(Self.split), by: \.0).mapValues { $0.map(\.1) }
        let names = Set(fields.keys.map { $0.lowercased() })
        request.headers = request.headers.filter { !names.contains($0.key.lowercased()) }.merging(fields) { $1 }
        if let contentType { Self.set(contentType, in: &request.headers) }
        request.query.merge(queryItems) { $1 }
        request.method = method?.uppercased() ?? request.method
        request.path = path ?? request.path
        request.version = tag ?? version
        return request
    }

    private func events(_ path: String, _ context: CommandContext, _ headers: inout [String: [String]]) throws
        -> BodySource.Body
    {
        var body = try BodySource.contents(of: path, context)
        let document = try CloudEventDocument.read(body.bytes, file: body.name, defaults: EventAttributes.defaults())
        body.bytes = document.body
        Self.set(contentType ?? document.contentType, in: &headers)
        return body
    }

    /// Says what the body is, unless somebody said so.
    private func addType(
        for type: FunctionType,
        _ body: inout BodySource.Body?,
        _ headers: inout [String: [String]],
        _ console: Console
    ) throws {
        guard let given = body else { return }
        let hasType = headers.keys.contains { $0.lowercased() == "content-type" }
        guard contentType == nil, !hasType else {
            if let contentType { Self.set(contentType, in: &headers) }
            return
        }
        let document = InvokeDocument(given.bytes, file: given.name)
        if type == .http, let file, document.describesRequest {
            console.note("'\(file)' is sent as the body; --request sends the request that it describes")
        }
        let typed = try event == nil ? document.body(for: type, defaults: EventAttributes.defaults()) : document.plain
        body?.bytes = typed.bytes
        Self.set(typed.contentType, in: &headers)
    }

    private static func set(_ type: String, in headers: inout [String: [String]]) {
        headers = headers.filter { $0.key.lowercased() != "content-type" }
        headers["Content-Type"] = [type]
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
