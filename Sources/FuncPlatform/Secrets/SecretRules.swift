import FuncKit

/// What this platform accepts as references to secrets.
enum SecretRules {
    private static let maxReferences = 100

    /// Checks the references of a function.
    /// - Throws: `invalid_argument` naming the value at fault.
    static func check(_ settings: FunctionSettings) throws {
        guard settings.secrets.count <= maxReferences else {
            throw FuncError(.invalidArgument, "field 'secrets' has more than \(maxReferences) entries")
        }
        var variables = Set(settings.environment.keys)
        var paths: [String] = []
        for reference in settings.secrets {
            try checkName(reference.secret)
            switch reference.place {
            case .variable(let name): try checkVariable(name, among: &variables)
            case .file(let path):
                guard SecretPath.isValid(path) else {
                    throw invalid("secrets.file", path, "is not \(SecretPath.expectation)")
                }
                paths.append(path)
            }
        }
        if let (path, other) = SecretPath.collision(in: paths) {
            throw invalid("secrets.file", path, path == other ? "is there twice" : "cannot be a file beside '\(other)'")
        }
    }

    private static func checkName(_ name: String) throws {
        guard !SecretName.isValid(name) else { return }
        let nearest = SecretName.from(variable: name)
        throw FuncError(
            .invalidArgument,
            "value '\(name)' of field 'secrets.secret' is not a name for a secret",
            hint: SecretName.isValid(nearest) ? "did you mean '\(nearest)'?" : "a name is \(SecretName.expectation)"
        )
    }

    private static func checkVariable(_ name: String, among variables: inout Set<String>) throws {
        guard EnvironmentName.isValid(name) else { throw invalid("secrets.env", name, "is not a variable name") }
        guard !EnvironmentName.isReserved(name) else { throw invalid("secrets.env", name, "is set by the platform") }
        guard variables.insert(name).inserted else {
            throw invalid("secrets.env", name, "is set twice, by 'environment' or another secret")
        }
    }

    private static func invalid(_ field: String, _ value: String, _ why: String) -> FuncError {
        FuncError(.invalidArgument, "value '\(value)' of field '\(field)' \(why)")
    }
}
