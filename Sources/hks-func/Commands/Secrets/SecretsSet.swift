import ArgumentParser
import Foundation
import FuncKit

/// `hks-func secrets set`
struct SecretsSet: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Store secrets, new or in place of their values.",
        discussion: """
            The value comes from standard input or a file, or is asked for without being shown; never from an argument, \
            which other users and the shell's history would see. One line end at the end of standard input is not part of \
            it. Functions that use the secret get the new value with a rolling restart.

            With --from-env-file each variable becomes a secret: lower case, with '-' for '_', none at the ends \
            (DB_PASSWORD: db-password). The result is a list then.

            EXAMPLES
              hks-func secrets set db-password
              pass show db | hks-func secrets set db-password
              hks-func secrets set tls-key --from-file key.pem
              hks-func secrets set --from-env-file .env.production --dry-run
            """
    )

    @Argument(help: "Name of the secret.", completion: LiveNames.secrets.completion)
    var name: String?

    @Argument(help: ArgumentHelp("What may be a value, and is refused.", visibility: .hidden))
    var surplus: [String] = []

    @Option(
        help: ArgumentHelp("Take the value from this file, byte for byte; '-' is standard input.", valueName: "path"),
        completion: .file()
    )
    var fromFile: String?

    @Option(
        help: ArgumentHelp(
            "Store each variable of this file of NAME=value lines; '-' is standard input.",
            valueName: "path"
        ),
        completion: .file()
    )
    var fromEnvFile: String?

    @Flag(help: "Keep a line end at the end of standard input.")
    var keepNewline = false

    @Flag(help: "Show what would be set; no server is asked.")
    var dryRun = false

    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    /// No message repeats an argument that may be a value.
    func validate() throws {
        if !surplus.isEmpty || name?.contains("=") == true {
            throw ValidationError(
                "a value is not taken from the command line, where other users and the shell's history see it; "
                    + "pipe it in: pass show db | hks-func secrets set NAME"
            )
        }
        if fromFile != nil, fromEnvFile != nil {
            throw ValidationError("--from-file and --from-env-file exclude each other")
        }
        if fromEnvFile != nil, name != nil {
            throw ValidationError("--from-env-file takes the names from the file; leave the name out")
        }
        if fromEnvFile == nil, name == nil { throw ValidationError("name the secret, or pass --from-env-file") }
        if keepNewline, fromFile != nil || fromEnvFile != nil {
            throw ValidationError("--keep-newline goes with a value from standard input; files are taken as they are")
        }
    }

    func run(_ context: CommandContext) async throws {
        if let name { try SecretInput.check(name: name) }
        // Before anybody types a value in vain.
        let service = dryRun ? nil : try await context.secretsService(target.selection(startsPlatform: true))
        let inputs = try SecretInput.read(self, context)
        for input in inputs where input.value.count < Secret.minMaskedBytes {
            context.console.warning(
                "the value of '\(input.name)' has fewer than \(Secret.minMaskedBytes) bytes: it is not masked in logs"
            )
        }
        var changes = inputs.map { SecretChange(name: $0.name, variable: $0.variable, change: .planned) }
        if let service { changes = try await store(inputs, in: service) }
        if name != nil, let change = changes.first {
            try context.console.result(change)
        } else {
            try context.console.list(changes, whenEmpty: "nothing to set", now: context.now())
        }
    }

    private func store(_ inputs: [SecretInput], in service: any FunctionService) async throws -> [SecretChange] {
        let before = Dictionary(try await service.secrets().map { ($0.name, $0.revision) }) { first, _ in first }
        var changes: [SecretChange] = []
        for input in inputs {
            do {
                let secret = try await service.setSecret(input.name, value: input.value)
                changes.append(SecretChange(secret, variable: input.variable, before: before[input.name]))
            } catch var error as FuncError {
                if !changes.isEmpty {
                    error.details.append("set before: " + changes.map(\.name).joined(separator: ", "))
                }
                throw error
            }
        }
        return changes
    }
}

/// A value on its way to the server.
struct SecretInput: Sendable {
    let name: String
    /// The variable of an env file that it comes from.
    let variable: String?
    let value: Data

    /// The values that a command line asks for.
    /// - Throws: `invalid_argument`, `environment_invalid`, `file_system`, `interrupted`.
    static func read(_ command: SecretsSet, _ context: CommandContext) throws -> [SecretInput] {
        if let path = command.fromEnvFile {
            guard let text = String(data: try content(of: path, context), encoding: .utf8) else {
                throw FuncError(.environmentInvalid, "'\(path)' is not UTF-8 text")
            }
            let shown = path == "-" ? "standard input" : path
            return try SecretAssignment.read(text, file: shown, processEnvironment: context.environment).map {
                SecretInput(name: $0.name, variable: $0.variable, value: Data($0.value.utf8))
            }
        }
        let name = command.name ?? ""
        let value: Data
        if let path = command.fromFile {
            value = try content(of: path, context)
        } else if let input = try context.readInput() {
            value = command.keepNewline ? input : withoutLineEnd(input)
        } else {
            value = try ask(name, context.console)
        }
        try check(value, of: name)
        return [SecretInput(name: name, variable: nil, value: value)]
    }

    /// Refuses what no server can take as a name.
    static func check(name: String) throws {
        guard !SecretName.isValid(name) else { return }
        let nearest = SecretName.from(variable: name)
        throw FuncError(
            .invalidArgument,
            "'\(name)' is not a name for a secret",
            hint: SecretName.isValid(nearest) ? "did you mean '\(nearest)'?" : "a name is \(SecretName.expectation)"
        )
    }

    private static func check(_ value: Data, of name: String) throws {
        guard !value.isEmpty else { throw FuncError(.invalidArgument, "the value of secret '\(name)' is empty") }
        guard value.count <= Secret.maxBytes else {
            throw FuncError(
                .invalidArgument,
                "the value of secret '\(name)' has \(value.count) bytes, more than \(Secret.maxBytes)"
            )
        }
    }

    private static func content(of path: String, _ context: CommandContext) throws -> Data {
        if path == "-" {
            if let input = try context.readInput() { return input }
            throw FuncError(.invalidArgument, "'-' stands for standard input, which is a terminal")
        }
        do {
            return try Data(contentsOf: URL(fileURLWithPath: context.absolutePath(path)))
        } catch {
            throw FuncError(
                .fileSystem,
                "cannot read '\(path)'",
                hint: "check that the file is there and that you may read it",
                because: error
            )
        }
    }

    private static func withoutLineEnd(_ value: Data) -> Data {
        for end in ["\r\n", "\n"] where value.suffix(end.utf8.count) == Data(end.utf8) {
            return value.dropLast(end.utf8.count)
        }
        return value
    }

    private static func ask(_ name: String, _ console: Console) throws -> Data {
        let otherwise = "pipe the value in, or pass --from-file"
        let value = try console.askHidden("Value of '\(name)'", otherwise: otherwise)
        guard try console.askHidden("The same again", otherwise: otherwise) == value else {
            throw FuncError(.invalidArgument, "the two values differ; nothing was changed")
        }
        return Data(value.utf8)
    }
}
