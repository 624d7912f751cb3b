import Foundation
import FuncKit

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What one instance is given of its secrets. Lives in memory, and in files that go with the instance.
struct InstanceSecrets: Sendable {
    /// For functions that use none.
    static let none = InstanceSecrets()

    /// Values by the name of their variable.
    private(set) var variables: [String: String] = [:]
    /// Values by the path of their file, relative to the instance's folder of secrets.
    private(set) var files: [(path: String, value: Data)] = []
    /// Which value of each secret the instance has.
    private(set) var revisions: [String: Int] = [:]
    /// Keeps the values out of what the instance writes.
    private(set) var mask: SecretMask?

    private init() {}

    /// Sorts values by where they go.
    /// - Throws: `invalid_argument` for bytes that cannot be a variable.
    init(_ values: [SecretValue]) throws {
        for value in values {
            switch value.reference.place {
            case .variable(let name): variables[name] = try Self.text(of: value, as: name)
            case .file(let path): files.append((path, value.value))
            }
            revisions[value.reference.secret] = value.revision
        }
        mask = SecretMask(values.map(\.value))
    }

    /// Whether a value can be a variable: UTF-8 text without a zero byte.
    static func isText(_ value: Data) -> Bool {
        !value.contains(0) && String(data: value, encoding: .utf8) != nil
    }

    private static func text(of value: SecretValue, as variable: String) throws -> String {
        guard isText(value.value), let text = String(data: value.value, encoding: .utf8) else {
            throw FuncError(
                .invalidArgument,
                "secret '\(value.reference.secret)' cannot become the variable '\(variable)': it is not text",
                hint: "take it as a file: { file: \(value.reference.secret), secret: \(value.reference.secret) }"
            )
        }
        return text
    }

    /// Writes the files below `folder`, which only this user can enter; each can be read by its owner and changed by
    /// nobody.
    /// - Throws: `file_system`, `no_space`.
    func write(to folder: String) throws {
        guard !files.isEmpty else { return }
        for (path, value) in files {
            let target = folder + "/" + path
            try PrivateFolder.make((target as NSString).deletingLastPathComponent, as: "the folder for secrets")
            try Self.write(value, to: target)
        }
    }

    private static func write(_ value: Data, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o400)
        guard descriptor >= 0 else { throw DurableFile.failure("create", path) }
        defer { close(descriptor) }
        var rest = value[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw DurableFile.failure("write", path)
            }
            rest = rest.dropFirst(count)
        }
    }
}
