import Foundation

/// One share of a function's traffic.
public struct TrafficRoute: Codable, Hashable, Sendable {
    /// Number of the version that gets it.
    public var version: Int
    /// Share of untagged requests, 0–100.
    public var percent: Int
    /// A name under which this version is reached directly, whatever its share.
    public var tag: String?

    /// Gives `percent` of the traffic to `version`.
    public init(version: Int, percent: Int, tag: String? = nil) {
        self.version = version
        self.percent = percent
        self.tag = tag
    }
}

/// How a function's requests are split; percentages add up to 100.
public struct Traffic: Codable, Hashable, Sendable {
    /// Shares by version; a route with 0 % is there for its tag.
    public var routes: [TrafficRoute]

    /// Takes the routes as they are; see ``validate()``.
    public init(routes: [TrafficRoute]) {
        self.routes = routes
    }

    /// Reads the wire form; a missing or null list is empty.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        routes = try container.value(.routes, or: [])
    }

    private enum CodingKeys: String, CodingKey {
        case routes
    }

    /// Checks what every server asks for.
    /// - Throws: `FuncError` with code `invalid_argument` where shares do not add up to 100, a share is out of range, a tag
    ///   is malformed, or a version or tag stands twice.
    public func validate() throws {
        for route in routes where !(0...100).contains(route.percent) {
            throw FuncError(
                .invalidArgument,
                "traffic share of v\(route.version) is \(route.percent), not between 0 and 100"
            )
        }
        let sum = routes.reduce(0) { $0 + $1.percent }
        guard sum == 100 else {
            throw FuncError(.invalidArgument, "traffic shares add up to \(sum), not 100")
        }
        let tags = routes.compactMap(\.tag)
        if let malformed = tags.first(where: { !FunctionName.isValid($0) }) {
            throw FuncError(
                .invalidArgument,
                "traffic tag '\(malformed)' is not of the form [a-z0-9]([-a-z0-9]*[a-z0-9])?"
            )
        }
        if let repeated = Dictionary(grouping: tags, by: { $0 }).first(where: { $1.count > 1 })?.key {
            throw FuncError(.invalidArgument, "traffic tag '\(repeated)' names two versions")
        }
        let shares = routes.filter { $0.percent > 0 }.map(\.version)
        if let repeated = Dictionary(grouping: shares, by: { $0 }).first(where: { $1.count > 1 })?.key {
            throw FuncError(.invalidArgument, "version v\(repeated) has two traffic shares")
        }
    }
}

/// The rule for names of functions, projects and tags: a DNS label (RFC 1123) of 1–63 characters.
public enum FunctionName {
    /// Whether `name` can be part of a host name.
    public static func isValid(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard (1...63).contains(bytes.count), bytes.first != UInt8(ascii: "-"), bytes.last != UInt8(ascii: "-") else {
            return false
        }
        return bytes.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
    }
}
