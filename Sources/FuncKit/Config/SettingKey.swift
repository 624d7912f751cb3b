import Foundation

/// A setting: its name, where its value may come from, and what is a value of it. ``all`` is the one list of them.
public struct SettingKey: Hashable, Sendable {
    /// What is a value of a setting.
    public enum Form: Hashable, Sendable {
        /// A name as ``FunctionName`` has them.
        case name
        /// Any text that is not empty.
        case text
        /// One of these.
        case choice([String])
        /// 1–65535, or 0 for any free port.
        case port
        /// An absolute path.
        case path
        /// An `http` or `https` address without credentials.
        case address
        /// Origins of web pages, such as `http://localhost:3000`, separated by commas.
        case origins
    }

    /// Name in the user's configuration, such as `platform.port`.
    public var name: String
    /// One line for people.
    public var summary: String
    /// The flag that sets it for one command.
    public var flag: String
    /// Environment variables that set it; the first one is current, the others are older names.
    public var environment: [String]
    /// What is a value.
    public var form: Form
    /// Value where nothing sets it.
    public var fallback: String?
    /// Whether it stands at the top of the user's configuration. Otherwise it belongs to a context.
    public var isStored = true
    /// Whether a context may set it.
    public var isInContext = false

    /// Every setting there is.
    public static let all: [SettingKey] = [
        SettingKey(
            name: "context",
            summary: "the server that commands talk to",
            flag: "--context",
            environment: ["HKS_FUNC_CONTEXT"],
            form: .name,
            fallback: Contexts.local
        ),
        SettingKey(
            name: "endpoint",
            summary: "address of a Function API, in place of the context's",
            flag: "--endpoint",
            environment: ["HKS_FUNC_ENDPOINT", "HKS_API_ENDPOINT"],
            form: .address,
            isStored: false,
            isInContext: true
        ),
        SettingKey(
            name: "workspace",
            summary: "workspace on the server",
            flag: "--workspace",
            environment: ["HKS_FUNC_WORKSPACE"],
            form: .text,
            fallback: "default",
            isInContext: true
        ),
        SettingKey(
            name: "project",
            summary: "project within the workspace",
            flag: "--namespace",
            environment: ["HKS_FUNC_PROJECT", "HKS_FUNC_NAMESPACE"],
            form: .text,
            fallback: "default",
            isInContext: true
        ),
        SettingKey(
            name: "sourceEncoding",
            summary: "how sources travel to a server without uploads",
            flag: "--source-encoding",
            environment: ["HKS_FUNC_SOURCE_ENCODING"],
            form: .choice(SourceEncoding.allCases.map(\.rawValue).sorted()),
            isStored: false,
            isInContext: true
        ),
        SettingKey(
            name: "output",
            summary: "form of results",
            flag: "--output",
            environment: ["HKS_FUNC_OUTPUT"],
            form: .choice(["human", "json", "yaml", "name", "jsonl"]),
            fallback: "human"
        ),
        SettingKey(
            name: "color",
            summary: "when to use colour",
            flag: "--color",
            environment: ["HKS_FUNC_COLOR"],
            form: .choice(["auto", "always", "never"]),
            fallback: "auto"
        ),
        SettingKey(
            name: "platform.port",
            summary: "port of the local platform",
            flag: "--port",
            environment: ["HKS_FUNC_PORT"],
            form: .port,
            fallback: "8787"
        ),
        SettingKey(
            name: "platform.rateLimits",
            summary: "limits of the local platform's API, such as 'invokes=100/m'",
            flag: "--rate-limits",
            environment: ["HKS_FUNC_RATE_LIMITS"],
            form: .text
        ),
        SettingKey(
            name: "platform.dataDir",
            summary: "data folder of the local platform",
            flag: "--data-dir",
            environment: ["HKS_FUNC_DATA_DIR"],
            form: .path
        ),
        SettingKey(
            name: "platform.corsOrigins",
            summary: "web pages that may call the local platform",
            flag: "--cors-origins",
            environment: ["HKS_FUNC_CORS_ORIGINS"],
            form: .origins
        ),
    ]

    /// The setting of that name.
    /// - Throws: `config_invalid`, naming the nearest one.
    public static func named(_ name: String) throws -> SettingKey {
        if let key = all.first(where: { $0.name == name }) { return key }
        let names = all.map(\.name)
        let hint = NearestMatch.of(name, in: names).map { "did you mean '\($0)'?" }
        throw FuncError(
            .configInvalid,
            "there is no setting '\(name)'",
            hint: hint ?? "settings are \(names.joined(separator: ", "))"
        )
    }

    /// Checks a value and gives its usual spelling; messages name `origin` as where it comes from.
    /// - Throws: `config_invalid`.
    public func checked(_ value: String, from origin: String) throws -> String {
        func refuse(_ what: String, hint: String? = nil) -> FuncError {
            // An address that somebody wrote a password into is refused for that, and shown without it.
            let shown = GitURL.withoutCredentials(value)
            return FuncError(.configInvalid, "\(origin) sets '\(name)' to '\(shown)', which is not \(what)", hint: hint)
        }
        switch form {
        case .name:
            guard FunctionName.isValid(value) else { throw refuse("a name of lower-case letters, digits and hyphens") }
        case .text:
            guard !value.isEmpty else { throw refuse("a value") }
        case .choice(let choices):
            // What the older tool called plain output.
            if name == "output", value == "text" { return "human" }
            guard choices.contains(value) else {
                let near = NearestMatch.of(value, in: choices).map { "did you mean '\($0)'?" }
                throw refuse("one of \(choices.joined(separator: ", "))", hint: near)
            }
        case .port:
            guard let port = Int(value), (0...65_535).contains(port) else { throw refuse("a port from 0 to 65535") }
            return String(port)
        case .path:
            guard value.hasPrefix("/") else { throw refuse("an absolute path") }
        case .address:
            guard Self.isAddress(value) else {
                throw refuse(
                    "an http or https address without credentials and query",
                    hint: "write it such as https://functions.example.com"
                )
            }
        case .origins:
            let origins = Self.origins(in: value)
            guard !origins.isEmpty, origins.allSatisfy(Self.isOrigin) else {
                throw refuse("a list of origins", hint: "write them as http://localhost:3000,https://example.com")
            }
            return origins.joined(separator: ",")
        }
        return value
    }

    /// The origins in the text of a setting.
    public static func origins(in text: String) -> [String] {
        text.split { $0 == "," || $0 == " " }.map { $0.lowercased() }
    }

    /// An origin is an address without anything after the port, not even a slash (RFC 6454, section 6.2).
    private static func isOrigin(_ text: String) -> Bool {
        isAddress(text) && URLComponents(string: text)?.path == ""
    }

    private static func isAddress(_ text: String) -> Bool {
        guard let parts = URLComponents(string: text), ["http", "https"].contains(parts.scheme?.lowercased()) else {
            return false
        }
        return !(parts.host ?? "").isEmpty && parts.user == nil && parts.password == nil && parts.query == nil
            && parts.fragment == nil
    }
}
