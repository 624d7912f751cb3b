/// Who may call a function by HTTP; a later one is stricter than those before it.
public enum HTTPTriggerAuth: String, Codable, Hashable, Sendable, CaseIterable, Comparable {
    /// Anyone.
    case `public`
    /// Anyone with a valid JWT, of the server's own or of an issuer that it trusts.
    case jwt
    /// Anyone with credentials of the server that allow to call the function.
    case token

    /// Whether `second` is stricter.
    public static func < (first: HTTPTriggerAuth, second: HTTPTriggerAuth) -> Bool {
        first.strictness < second.strictness
    }

    private var strictness: Int {
        switch self {
        case .public: 0
        case .jwt: 1
        case .token: 2
        }
    }
}

/// The settings of a trigger of type http.
public struct HTTPTrigger: Hashable, Sendable {
    /// Path on the project's host, with everything below it; nil for a trigger that is about the function's own addresses.
    public var path: String?
    /// Methods that are let through, in upper case; empty for all.
    public var methods: [String]
    /// Further hosts, in lower case.
    public var hosts: [String]
    /// Who may call.
    public var auth: HTTPTriggerAuth
    /// A disabled trigger leads nowhere.
    public var isEnabled: Bool

    /// Describes a trigger.
    public init(
        path: String? = nil,
        methods: [String] = [],
        hosts: [String] = [],
        auth: HTTPTriggerAuth = .public,
        isEnabled: Bool = true
    ) {
        self.path = path
        self.methods = methods
        self.hosts = hosts
        self.auth = auth
        self.isEnabled = isEnabled
    }

    /// Reads the settings of a trigger; nil for another type.
    /// - Throws: `invalid_argument`, as ``TriggerSpec/normalised()``.
    public init?(_ spec: TriggerSpec) throws {
        let spec = try spec.normalised()
        guard spec.type == TriggerSpec.http else { return nil }
        func list(_ keys: String...) -> [String] {
            keys.flatMap { spec.config[$0]?.split(separator: ",").map(String.init) ?? [] }
        }
        self.init(
            path: spec.config["path"],
            methods: list("method", "methods"),
            hosts: list("host", "allowed_hosts"),
            auth: spec.config["auth"].flatMap(HTTPTriggerAuth.init) ?? .public,
            isEnabled: spec.enabled
        )
    }

    /// Whether a method is let through; whoever may GET may ask for the header alone (RFC 9110 9.1).
    public func allows(method: String) -> Bool {
        methods.isEmpty || methods.contains(method) || (method == "HEAD" && methods.contains("GET"))
    }
}

// MARK: - Values

extension HTTPTrigger {
    static let knownMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    /// Deepest path; bounds what finding a path costs.
    public static let maxDepth = 16

    private static let authWords: [String: HTTPTriggerAuth] = [
        "public": .public, "none": .public, "anonymous": .public, "open": .public, "false": .public,
        "token": .token, "apikey": .token, "key": .token, "bearer": .token, "true": .token, "jwt": .jwt,
    ]

    static func canonicalAuth(_ text: String) throws -> String {
        if let known = authWords[TriggerKeys.squashed(text)] { return known.rawValue }
        let words = HTTPTriggerAuth.allCases.map(\.rawValue)
        let nearest = NearestMatch.of(text, in: words)
        let hint = nearest.map { "did you mean '\($0)'?" } ?? "use one of \(words.joined(separator: ", "))"
        throw TriggerSettings.Fault(reason: "says nothing about who may call", hint: hint)
    }

    static func canonicalMethods(_ text: String) throws -> String {
        let words = text.uppercased().split { $0 == "," || $0 == " " }.map(String.init)
        if words == ["*"] || words == ["ANY"] || words == ["ALL"] { return "" }
        for word in words where !knownMethods.contains(word) {
            let nearest = NearestMatch.of(word, in: knownMethods)
            throw TriggerSettings.Fault(
                reason: "has no method in \(word.quotedForMessage)",
                hint: nearest.map { "did you mean '\($0)'?" } ?? "use \(knownMethods.joined(separator: ", "))"
            )
        }
        return knownMethods.filter(words.contains).joined(separator: ",")
    }

    /// `/a/b`, without a slash at the end.
    static func canonicalPath(_ text: String) throws -> String {
        func fault(_ reason: String, _ hint: String? = nil) -> TriggerSettings.Fault {
            TriggerSettings.Fault(reason: reason, hint: hint)
        }
        guard text.hasPrefix("/") else { throw fault("does not start with '/'", "write '/hello', for example") }
        guard text.utf8.count <= 1024 else { throw fault("has more than 1024 bytes") }
        for character in text.unicodeScalars {
            switch character {
            case "?", "#": throw fault("has a query or a fragment", "a path ends before '?' and '#'")
            case "*", "{", "}":
                throw fault("has a pattern", "a path takes everything below it, so '/users' takes '/users/7' too")
            case "%": throw fault("is percent-encoded", "write the characters themselves")
            case "\\", ";": throw fault("has '\(character)' in it")
            case _ where character.value <= 0x20 || (0x7F...0x9F).contains(character.value):
                throw fault("has a space or a control character in it")
            default: break
            }
        }
        let whole = text == "/" ? "" : text.hasSuffix("/") ? String(text.dropLast()) : text
        let segments = whole.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard segments.count <= maxDepth else { throw fault("has more than \(maxDepth) parts") }
        for segment in segments {
            if segment.isEmpty { throw fault("has '//' in it") }
            if segment == "." || segment == ".." { throw fault("has '\(segment)' as a part") }
        }
        return whole.isEmpty ? "/" : whole
    }

    static func canonicalHosts(_ text: String) throws -> String {
        var hosts: [String] = []
        for part in text.lowercased().split(whereSeparator: { $0 == "," || $0 == " " }) {
            let labels = part.split(separator: ".", omittingEmptySubsequences: false)
            let isName = labels.allSatisfy { label in
                (1...63).contains(label.utf8.count)
                    && label.utf8.allSatisfy {
                        (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 95
                    }
            }
            guard part.utf8.count <= 253, labels.count >= 2, isName else {
                throw TriggerSettings.Fault(
                    reason: "has \(String(part).quotedForMessage), which is no host name",
                    hint: "write 'shop.localhost', for example, without scheme and port"
                )
            }
            if !hosts.contains(String(part)) { hosts.append(String(part)) }
        }
        return hosts.joined(separator: ",")
    }
}
