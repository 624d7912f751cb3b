import ArgumentParser
import Foundation
import FuncKit

/// The request that `invoke` makes.
struct InvokeRequestOptions: ParsableArguments {
    @Option(name: [.short, .long], help: ArgumentHelp("Body as text; '-' reads standard input.", valueName: "text"))
    var data: String?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Body from a file; '-' reads standard input.", valueName: "path"),
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
            "Send the body as a CloudEvent with these attributes: type=com.example.made,source=/shop.",
            valueName: "key=value,…"
        )
    )
    var event: String?

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
        if !path.hasPrefix("/") { throw ValidationError("--path must start with '/', not '\(path)'") }
        if let event { _ = try Self.attributes(event) }
        for field in header where Self.split(field) == nil {
            throw ValidationError("--header must have the form 'Name: value', not '\(field)'")
        }
    }

    /// The request with its body read.
    func request(_ context: CommandContext) throws -> InvokeRequest {
        let body = try body(context)
        var headers: [String: [String]] = [:]
        for (name, value) in header.compactMap(Self.split) { headers[name, default: []].append(value) }
        let hasType = headers.keys.contains { $0.lowercased() == "content-type" }
        if let body, contentType != nil || !hasType {
            headers = headers.filter { $0.key.lowercased() != "content-type" }
            headers["Content-Type"] = [contentType ?? Self.type(of: body)]
        }
        if let event { headers.merge(try Self.cloudEvent(event, headers, body).binaryHeaders) { $1 } }
        return InvokeRequest(
            method: method?.uppercased() ?? (body == nil && event == nil ? "GET" : "POST"),
            path: path,
            headers: headers,
            query: Dictionary(grouping: query, by: \.key).mapValues { $0.map(\.value) },
            body: body,
            version: tag ?? version
        )
    }

    private func body(_ context: CommandContext) throws -> Data? {
        if let data, data != "-" { return Data(data.utf8) }
        if let file, file != "-" {
            do {
                return try Data(
                    contentsOf: URL(
                        fileURLWithPath: file,
                        relativeTo: URL(fileURLWithPath: context.workingFolder, isDirectory: true)
                    )
                )
            } catch {
                throw FuncError(.invalidArgument, "cannot read body from '\(file)'", cause: "\(error)")
            }
        }
        let input = try context.readInput()
        if data == "-" || file == "-" { return input ?? Data() }
        return input.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func cloudEvent(_ text: String, _ headers: [String: [String]], _ body: Data?) throws -> CloudEvent {
        var attributes = try attributes(text)
        var event = CloudEvent(
            id: attributes.removeValue(forKey: "id") ?? UUID().uuidString.lowercased(),
            source: attributes.removeValue(forKey: "source") ?? "/hks-func/invoke",
            type: attributes.removeValue(forKey: "type") ?? "",
            subject: attributes.removeValue(forKey: "subject"),
            dataContentType: headers["Content-Type"]?.first,
            extensions: attributes,
            data: body
        )
        // As it was given, or now.
        if attributes["time"] == nil { event.time = Date() }
        return event
    }

    /// `type=…,source=…` taken apart.
    private static func attributes(_ text: String) throws -> [String: String] {
        var attributes: [String: String] = [:]
        for item in text.split(separator: ",") {
            let parts = item.split(separator: "=", maxSplits: 1)
            let name = parts[0].trimmingCharacters(in: .whitespaces)
            guard parts.count == 2, CloudEvent.isAttributeName(name), name != "specversion", name != "data" else {
                throw ValidationError("--event takes attributes as name=value, names of a-z and 0-9, not '\(item)'")
            }
            attributes[name] = String(parts[1])
        }
        guard attributes["type"]?.isEmpty == false else {
            throw ValidationError("--event needs a type: --event type=com.example.made")
        }
        return attributes
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
