/// A stored secret that an instance gets, as an environment variable or as a file.
///
/// On the wire `{"env": "DB_PASSWORD", "secret": "db-password"}` or `{"file": "tls/key.pem", "secret": "tls-key"}`; a
/// bare name, the older form, stands for a variable of that name.
public struct SecretReference: Codable, Hashable, Sendable {
    /// How an instance gets the value.
    public enum Place: Hashable, Sendable {
        /// As the variable of this name.
        case variable(String)
        /// As a file at this path relative to `HKS_SECRETS_DIR`.
        case file(String)
    }

    /// How the instance gets the value.
    public var place: Place
    /// Name of the stored secret.
    public var secret: String

    /// Ties a variable to a stored secret.
    public init(env: String, secret: String) {
        place = .variable(env)
        self.secret = secret
    }

    /// Ties a file to a stored secret; `file` is a relative path, see ``SecretPath``.
    public init(file: String, secret: String) {
        place = .file(file)
        self.secret = secret
    }

    /// Name of the variable; nil for a file.
    public var env: String? {
        if case .variable(let name) = place { name } else { nil }
    }

    /// Path of the file; nil for a variable.
    public var file: String? {
        if case .file(let path) = place { path } else { nil }
    }

    /// The variable that goes with a secret's name where nothing else is said: `db-password` becomes `DB_PASSWORD`.
    public static func variableName(for secret: String) -> String {
        String(secret.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    /// Reads the wire form, also a bare name.
    public init(from decoder: any Decoder) throws {
        if let name = try? decoder.singleValueContainer().decode(String.self) {
            self.init(env: Self.variableName(for: name), secret: name)
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let secret = try container.text(.secret)
        switch (try container.nonEmptyText(.env), try container.nonEmptyText(.file)) {
        case (let env?, nil): self.init(env: env, secret: secret)
        case (nil, let file?): self.init(file: file, secret: secret)
        default:
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "exactly one of 'env' and 'file' is needed")
            )
        }
    }

    /// Writes the wire form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(env, forKey: .env)
        try container.encodeIfPresent(file, forKey: .file)
        try container.encode(secret, forKey: .secret)
    }

    private enum CodingKeys: String, CodingKey {
        case env, file, secret
    }
}

/// The rule for names of secrets: a DNS label, as for functions.
public enum SecretName {
    /// What a name has to be, for messages.
    public static let expectation =
        "1 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends"

    /// Whether a secret can have this name.
    public static func isValid(_ name: String) -> Bool {
        FunctionName.isValid(name)
    }

    /// The name that a variable's value is stored under: lower case, with `-` for `_`, none at the ends.
    /// `DB_PASSWORD` becomes `db-password`.
    public static func from(variable: String) -> String {
        let dashed = variable.lowercased().replacing("_", with: "-")
        return String(dashed.drop { $0 == "-" }.reversed().drop { $0 == "-" }.reversed())
    }
}

/// The rule for paths of secret files below `HKS_SECRETS_DIR`.
public enum SecretPath {
    /// What a path has to be, for messages.
    public static let expectation =
        "a relative path of at most 200 letters, digits, '.', '_', '-' and '/', without '..'"
    /// Longest path, in characters.
    static let maxLength = 200
    /// The same as a pattern that Swift and ECMA-262 have in common: no empty step, none of dots alone, none that
    /// begins with two dots.
    static let pattern = "\(step)(/\(step))*"

    private static let step = "\\.?[A-Za-z0-9_-][-_.A-Za-z0-9]*"

    /// Whether a file of a secret can have this path.
    public static func isValid(_ path: String) -> Bool {
        guard (1...maxLength).contains(path.utf8.count) else { return false }
        return path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { step in
            let rest = step.utf8.first == UInt8(ascii: ".") ? step.utf8.dropFirst() : step.utf8[...]
            guard let first = rest.first, first != UInt8(ascii: ".") else { return false }
            return rest.allSatisfy(isAllowed)
        }
    }

    /// The first of `paths` that is another one's folder or the same, with that other one; nil where all can lie side
    /// by side.
    public static func collision(in paths: [String]) -> (path: String, other: String)? {
        for (index, path) in paths.enumerated() {
            for other in paths[..<index]
            where path == other || path.hasPrefix(other + "/") || other.hasPrefix(path + "/") {
                return (path, other)
            }
        }
        return nil
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            "-_.".utf8.contains(byte)
        }
    }
}
