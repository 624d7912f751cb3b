import Foundation
import FuncKit
import Hummingbird

/// The body of a request that creates, deploys or changes a function: JSON or a form, with or without a source.
struct DeployBody: Sendable {
    /// Everything but the source, under canonical names.
    var fields: [String: JSONValue]
    /// The source that came along.
    var source: GivenSource?
    /// Whether it came as a form, which nobody looks into before it is admitted.
    private(set) var isForm = false

    /// Reads a body, hands it to `use`, and removes what an upload left on disk.
    /// - Throws: `invalid_argument` naming the field, `source_too_large`, `no_space`, and what `use` throws.
    static func with<T: Sendable>(
        _ request: Request,
        artifacts: ArtifactStore,
        _ use: @Sendable (DeployBody) async throws -> T
    ) async throws -> T {
        guard let boundary = try MultipartHeader.boundary(of: request) else {
            return try await use(try DeployBody(json: try await APIBody.data(request, upTo: APIBody.maxSourceBytes)))
        }
        return try await MultipartForm.with(request, boundary: boundary, artifacts: artifacts) { form in
            try await use(try DeployBody(form: form))
        }
    }

    /// Reads a JSON body.
    init(json data: Data) throws {
        try self.init(given: try APIBody.decode([String: JSONValue].self, from: data), length: data.count)
    }

    /// Reads the fields of a form: texts, and JSON where the field's own type is no text.
    init(form: MultipartForm) throws {
        var fields: [String: JSONValue] = [:]
        for (name, text) in form.fields where !text.isEmpty {
            fields[name] = Self.structured.contains(name) ? try Self.parsed(text, of: name) : .string(text)
        }
        for name in ["takes_traffic", "force", "strict_runtime"] {
            guard case .string(let text) = fields[name] else { continue }
            guard let flag = Bool(text) else {
                throw FuncError.field(name, "value '\(text)' of field '\(name)' is not true or false")
            }
            fields[name] = .bool(flag)
        }
        for name in ["if_version", "concurrency"] {
            guard case .string(let text) = fields[name] else { continue }
            guard let number = Int(text) else {
                throw FuncError.field(name, "value '\(text)' of field '\(name)' is not a number")
            }
            fields[name] = .integer(number)
        }
        if let text = form.fields["source"] {
            fields["source"] = nil
            fields["source_code"] = .string(text)
        }
        try self.init(given: fields, length: 0)
        isForm = true
        if let file = form.files["source"] {
            guard source == nil else { throw Self.severalSources }
            source = .file(file)
        }
    }

    private init(given: [String: JSONValue], length: Int) throws {
        var given = given
        let encoding = try Self.encoding(given.removeValue(forKey: "source_encoding"))
        var sourceLength = 0
        switch given.removeValue(forKey: "source_code") {
        case nil, .null, .string(""): break
        case .string(let text):
            source = .text(text, encoding)
            sourceLength = text.utf8.count
        default: throw FuncError.field("source_code", "field 'source_code' is not a string")
        }
        guard length - sourceLength <= APIBody.maxBytes else { throw APIBody.tooLong }
        let digest = given["source_digest"]
        guard source == nil || digest == nil || digest == .null || digest == .string("") else {
            throw Self.severalSources
        }
        fields = try SettingsAliases.canonical(given)
        if source == nil, digest == nil { try Self.refuseImages(given) }
    }

    /// A request for an image would otherwise look as if it had been met.
    private static func refuseImages(_ fields: [String: JSONValue]) throws {
        for name in ["image", "source_url"] {
            guard case .string(let text) = fields[name], !text.isEmpty else { continue }
            throw FuncError.field(
                name,
                "field '\(name)' is not supported here: functions are built from source",
                code: .unsupported,
                hint: "send 'source_code', or a file as 'source' of a form"
            )
        }
    }

    private static func encoding(_ value: JSONValue?) throws -> SourceEncoding? {
        switch value {
        case nil, .null, .string(""): return nil
        case .string(let text):
            if let encoding = SourceEncoding(rawValue: text) { return encoding }
            throw FuncError.field("source_encoding", "value '\(text)' of field 'source_encoding' is not raw or base64")
        default: throw FuncError.field("source_encoding", "field 'source_encoding' is not a string")
        }
    }

    private static func parsed(_ text: String, of name: String) throws -> JSONValue {
        do {
            return try JSONValue(parsing: Data(text.utf8))
        } catch {
            throw FuncError.field(name, "field '\(name)' is not JSON")
        }
    }

    /// Fields of a form that hold JSON.
    private static let structured: Set = [
        "environment_vars", "environment_variables", "environment", "env", "triggers", "labels", "annotations",
        "resources", "scaling", "secrets", "command", "build_command",
    ]

    private static let severalSources = FuncError(.invalidArgument, "the request brings more than one source")
}

extension DeployBody {
    /// Text of a field; nil where it is missing, null or empty.
    /// - Throws: `invalid_argument` where it is no text.
    func text(_ name: String) throws -> String? {
        switch fields[name] {
        case nil, .null, .string(""): return nil
        case .string(let text): return text
        default: throw FuncError.field(name, "field '\(name)' is not a string")
        }
    }

    /// The fields as a JSON document.
    var document: Data {
        get throws { try JSONValue.object(fields).document }
    }

    /// The body as a deploy with settings of its own.
    /// - Throws: `invalid_argument` naming the field.
    func request() throws -> DeployRequest {
        try APIBody.decode(DeployRequest.self, from: document)
    }

    /// The body as a deploy to a function: what it does not say stays as it is in `state`.
    /// - Throws: `invalid_argument` naming the field.
    func request(for state: FunctionState) throws -> DeployRequest {
        var request = try request()
        if request.name.isEmpty { request.name = state.name }
        if request.settings.runtime.isEmpty {
            request.settings = try SettingsPatch(document).applied(to: state.settings)
        }
        return request
    }

    /// Id and number that the client wants for its version.
    /// - Throws: `invalid_argument`.
    func claim() throws -> VersionClaim {
        var claim = VersionClaim(id: try text("id"))
        switch fields["version"] {
        // Go clients send 0 for "none".
        case nil, .null, .string(""), .integer(0): break
        case .integer(let number): claim.number = number
        case .string(let text):
            guard case .number(let number) = VersionSelector(text) else {
                throw FuncError.field(
                    "version",
                    "value '\(text)' of field 'version' is neither a number nor 'v' and one"
                )
            }
            claim.number = number
        default: throw FuncError.field("version", "field 'version' is neither a number nor 'v' and one")
        }
        try claim.check()
        return claim
    }
}
