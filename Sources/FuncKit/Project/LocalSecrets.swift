import Foundation

/// Where secrets meet the files and variables of the machine that a command runs on.
extension LoadedProject {
    /// Variables that stored secrets give to the function.
    static func secretVariables(of settings: FunctionSettings) -> Set<String> {
        Set(settings.secrets.compactMap(\.env))
    }

    /// Variables that give a stored secret its value in runs on this machine.
    static func localNames(of settings: FunctionSettings) -> Set<String> {
        Set(settings.secrets.map(\.localVariable))
    }

    /// What is deployed as plain variables: all but those that a secret gives. A file of variables may hold such a one for
    /// runs on this machine, also for a secret that becomes a file, and its value must not reach the server in clear text.
    /// - Throws: `invalid_argument` for an `--env` flag that names one.
    static func plainVariables(of environment: ResolvedEnvironment, settings: FunctionSettings) throws -> [String:
        String]
    {
        let secret = secretVariables(of: settings)
        for variable in environment.variables where secret.contains(variable.name) && variable.source == .flag {
            throw FuncError(
                .invalidArgument,
                "'--env \(variable.name)' names a variable that the manifest takes from a secret",
                hint: "change the secret with 'hks-func secrets set', or remove it from function.yaml"
            )
        }
        let local = localNames(of: settings)
        let plain = environment.variables.filter { variable in
            !secret.contains(variable.name) && !(variable.source.isFile && local.contains(variable.name))
        }
        return Dictionary(uniqueKeysWithValues: plain.map { ($0.name, $0.value) })
    }

    /// Values for a run without a platform, such as `hks-func test`: each secret's from the variable of the same name, in
    /// the `.env` files first, then in the caller's environment. A secret that becomes a file takes that of the variable
    /// that goes with its name (`tls-key`: `TLS_KEY`).
    /// - Throws: `environment_invalid` with every secret that has no value.
    public func localSecretValues(processEnvironment: [String: String]) throws -> [SecretReference: Data] {
        var values: [SecretReference: Data] = [:]
        var faults: [FuncError] = []
        let known = environment.values
        for reference in settings.secrets {
            let variable = reference.localVariable
            if let value = known[variable] ?? processEnvironment[variable] {
                values[reference] = Data(value.utf8)
            } else {
                faults.append(
                    FuncError(
                        .environmentInvalid,
                        "secret '\(reference.secret)' has no value on this machine",
                        hint: "write \(variable)=… into '.env.local', or set the variable \(variable) for this run"
                    )
                )
            }
        }
        try FuncError.throwAll(faults, .environmentInvalid, "\(faults.count) secrets have no value on this machine")
        return values
    }
}

extension SecretReference {
    /// The variable that gives the secret its value in runs on this machine: its own, or for a file the one that goes
    /// with the secret's name.
    public var localVariable: String { env ?? Self.variableName(for: secret) }
}

/// One value for a secret, from a file of variables.
public struct SecretAssignment: Hashable, Sendable {
    /// Name of the secret.
    public var name: String
    /// Name of the variable that it comes from.
    public var variable: String
    /// The value.
    public var value: String

    /// Reads a file in the form of `.env` files. Secrets are named by ``SecretName/from(variable:)``; of several
    /// assignments to one variable the last one counts.
    /// - Parameters:
    ///   - text: content of the file.
    ///   - file: its name, for messages.
    ///   - processEnvironment: what `${NAME}` stands for where the file does not say.
    /// - Returns: the assignments, in the order of the file.
    /// - Throws: `environment_invalid` with the place of each fault; no message holds a value.
    public static func read(
        _ text: String,
        file: String,
        processEnvironment: [String: String]
    ) throws -> [SecretAssignment] {
        var found: [SecretAssignment] = []
        var known: [String: String] = [:]
        var faults: [FuncError] = []
        for entry in try entries(text, file: file) {
            do {
                let value = try entry.expanded { known[$0] ?? processEnvironment[$0] }
                known[entry.name] = value
                let assignment = SecretAssignment(
                    name: SecretName.from(variable: entry.name),
                    variable: entry.name,
                    value: value
                )
                try assignment.check(at: entry.location, beside: found)
                found.removeAll { $0.variable == entry.name }
                found.append(assignment)
            } catch let fault as FuncError {
                faults.append(fault)
            }
        }
        try FuncError.throwAll(faults, .environmentInvalid, "'\(file)' has \(faults.count) errors")
        guard !found.isEmpty else { throw FuncError(.environmentInvalid, "'\(file)' holds no variables") }
        return found
    }

    /// The parser quotes what it stumbles over, which in a file of secrets may well be a piece of one: only the place is
    /// passed on.
    private static func entries(_ text: String, file: String) throws -> [DotEnv.Entry] {
        do {
            return try DotEnv(parsing: text, file: file).entries
        } catch let fault as FuncError {
            let faults = (fault.failures.isEmpty ? [fault] : fault.failures).map { fault in
                FuncError(
                    .environmentInvalid,
                    "this does not begin an assignment, or its quotes are wrong",
                    hint: "write NAME=value, one to a line; a value of several lines goes between double quotes",
                    location: fault.location
                )
            }
            try FuncError.throwAll(faults, .environmentInvalid, "'\(file)' has \(faults.count) errors")
            return []
        }
    }

    private func check(at place: SourceLocation, beside others: [SecretAssignment]) throws {
        guard SecretName.isValid(name) else {
            throw FuncError(
                .environmentInvalid,
                "the variable '\(variable)' would become the secret '\(name)', which is no name for one",
                hint: "a name is \(SecretName.expectation)",
                location: place
            )
        }
        if let other = others.first(where: { $0.name == name && $0.variable != variable }) {
            throw FuncError(
                .environmentInvalid,
                "the variables '\(other.variable)' and '\(variable)' would both become the secret '\(name)'",
                hint: "rename one of them",
                location: place
            )
        }
        guard !value.isEmpty else {
            throw FuncError(.environmentInvalid, "the variable '\(variable)' has no value", location: place)
        }
        guard value.utf8.count <= Secret.maxBytes else {
            throw FuncError(
                .environmentInvalid,
                "the value of '\(variable)' has more than \(Secret.maxBytes) bytes",
                location: place
            )
        }
    }
}

extension DotEnv.Entry {
    /// The value, or a fault that does not quote it.
    fileprivate func expanded(lookup: (String) -> String?) throws -> String {
        do {
            return try value.expanded(name, lookup: lookup)
        } catch {
            throw FuncError(
                .environmentInvalid,
                "the value of '\(name)' refers to a variable that is not set",
                hint: "put it between single quotes to take it as it stands",
                location: location
            )
        }
    }
}
