import Foundation
import FuncKit
import Hummingbird
import NIOCore

/// Reads the JSON bodies and query items of the control API, with errors that name the place.
enum APIBody {
    /// Longest JSON body.
    static let maxBytes = 2 << 20
    /// Longest JSON body that brings a source; without the source ``maxBytes`` holds.
    static let maxSourceBytes = 16 << 20
    /// Longest body of a call on the client's behalf: 10 MiB in base64, and the fields around it.
    static let maxInvokeBytes = 16 << 20

    /// The body as bytes, with the names of an object's members in lower case.
    /// - Throws: `NIOTooManyBytesError`, which becomes status 413.
    static func data(_ request: Request, upTo limit: Int = maxBytes) async throws -> Data {
        RawJSON.lowercasingNames(of: Data(try await request.body.collect(upTo: limit).readableBytesView))
    }

    /// A body beyond ``maxBytes``.
    static let tooLong = FuncError(.sourceTooLarge, "the request body has more than \(maxBytes) bytes")

    /// The body as a value.
    /// - Throws: `invalid_argument` naming the field.
    static func decode<T: Decodable>(_ type: T.Type, from request: Request) async throws -> T {
        try decode(type, from: try await data(request))
    }

    /// Bytes as a value.
    /// - Throws: `invalid_argument` naming the field.
    static func decode<T: Decodable>(_ type: T.Type, from data: Data) throws -> T {
        guard !data.isEmpty else { throw FuncError(.invalidArgument, "the request has no body") }
        do {
            return try JSONDecoder.functionAPI.decode(type, from: data)
        } catch let error as DecodingError {
            throw described(error)
        }
    }

    private static func described(_ error: DecodingError) -> FuncError {
        func path(_ context: DecodingError.Context) -> String {
            context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
        }
        func fault(_ context: DecodingError.Context, _ what: String) -> FuncError {
            let path = path(context)
            guard !path.isEmpty else { return FuncError(.invalidArgument, "the request body \(what)") }
            return .field(path, "field '\(path)' \(what)")
        }
        switch error {
        case .typeMismatch(let type, let context):
            return fault(context, "is not \(name(of: type))")
        case .valueNotFound(_, let context):
            return fault(context, "is null")
        case .keyNotFound(let key, let context):
            let missing = (context.codingPath.map(\.stringValue) + [key.stringValue]).joined(separator: ".")
            return .field(missing, "field '\(missing)' is missing")
        case .dataCorrupted(let context):
            if context.codingPath.isEmpty {
                let cause = (context.underlyingError as NSError?)?.userInfo["NSDebugDescription"] as? String
                let place = cause.map { ": \($0.prefix(1).lowercased() + $0.dropFirst())" } ?? ""
                return FuncError(.invalidArgument, "the request body is not valid JSON\(place)")
            }
            return fault(context, "is not valid: \(context.debugDescription)")
        @unknown default:
            return FuncError(.invalidArgument, "the request body is not valid")
        }
    }

    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is Int.Type, is Double.Type: "a number"
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        default: "\(type)".hasPrefix("Array") ? "a list" : "an object"
        }
    }
}

/// Reads query items.
struct APIQuery {
    private let items: [String: [String]]

    /// Takes the query of a request.
    init(_ request: Request) {
        var items: [String: [String]] = [:]
        for (key, value) in request.uri.queryParameters {
            items[key.removingPercentEncoding ?? String(key), default: []].append(String(value))
        }
        self.items = items
    }

    /// Refuses a request that says one thing twice: two readers must not come to think of different values.
    /// - Throws: `invalid_argument`.
    func requireSingle(_ names: String...) throws {
        guard let name = names.first(where: { (items[$0]?.count ?? 0) > 1 }) else { return }
        throw FuncError(.invalidArgument, "query item '\(name)' stands in the request more than once")
    }

    /// The item's text; nil where it is missing or empty.
    func text(_ name: String) -> String? {
        items[name]?.last.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// All values of an item that may be repeated, those that are empty aside.
    func texts(_ name: String) -> [String] {
        (items[name] ?? []).filter { !$0.isEmpty }
    }

    /// Whether the item says yes.
    /// - Throws: `invalid_argument`.
    func flag(_ name: String) throws -> Bool {
        switch text(name) {
        case nil, "false", "0": false
        case "true", "1": true
        case .some(let other): throw FuncError(.invalidArgument, "query item '\(name)=\(other)' is not true or false")
        }
    }

    /// A count from 1 to `maximum`.
    /// - Throws: `invalid_argument`.
    func count(_ name: String, default standard: Int, maximum: Int) throws -> Int {
        guard let text = text(name) else { return standard }
        guard let number = Int(text), number > 0 else {
            throw FuncError(.invalidArgument, "query item '\(name)=\(text)' is not a number above 0")
        }
        return min(number, maximum)
    }

    /// A time, written as RFC 3339 or as a duration before `now` such as `10m`.
    /// - Throws: `invalid_argument`.
    func time(_ name: String, now: Date) throws -> Date? {
        guard let text = text(name) else { return nil }
        if let date = WireDate.parse(text) { return date }
        if let seconds = Self.seconds(text) { return now.addingTimeInterval(-seconds) }
        throw FuncError(
            .invalidArgument,
            "query item '\(name)=\(text)' is neither an RFC 3339 time nor a duration such as '10m'"
        )
    }

    /// Reads `90s`, `10m`, `1h30m`, `2d`.
    static func seconds(_ text: String) -> Double? {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        var (total, digits) = (0.0, "")
        for character in text {
            if character.isASCII, character.isNumber || character == "." {
                digits.append(character)
            } else {
                guard let unit = units[character], let number = Double(digits) else { return nil }
                total += number * unit
                digits = ""
            }
        }
        return digits.isEmpty && !text.isEmpty && total.isFinite ? total : nil
    }
}
