import Foundation

/// Checks that what may hold secrets is closed to other users, and closes it where that is wanted.
package struct PermissionExamination: Sendable {
    private let isRepairing: Bool

    /// With `isRepairing`, what is open gets closed.
    package init(isRepairing: Bool) {
        self.isRepairing = isRepairing
    }

    /// One finding for everything below `root` that may hold secrets.
    ///
    /// - Parameters:
    ///   - id: Of the finding.
    ///   - title: What `root` is.
    ///   - root: A folder that must be closed itself.
    ///   - inside: Names in it that must be closed as well where they are there.
    /// - Returns: What was found, or what was done about it.
    package func finding(_ id: String, _ title: String, root: String, inside: [String]) -> DoctorFinding {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: root) else {
            return DoctorFinding(id, .permissions, .ok, title, "'\(root)' is not there yet")
        }
        guard (attributes[.ownerAccountID] as? NSNumber)?.uint32Value == getuid() else {
            return DoctorFinding(
                id,
                .permissions,
                .error,
                title,
                "'\(root)' belongs to another user",
                fix: "sudo chown -R $(id -un) '\(root)'"
            )
        }
        let paths = [root] + inside.map { root + "/" + $0 }
        let open = paths.filter(Self.isOpen)
        guard let first = open.first else {
            return DoctorFinding(id, .permissions, .ok, title, "'\(root)' is closed to other users")
        }
        let more = open.count > 1 ? " and \(open.count - 1) more" : ""
        let finding = DoctorFinding(
            id,
            .permissions,
            .warning,
            title,
            "other users may read '\(first)'\(more)",
            fix: "chmod go-rwx " + open.map { "'\($0)'" }.joined(separator: " ")
        )
        guard isRepairing else { return finding }
        return finding.repaired(saying: "closed '\(first)'\(more) to other users") {
            for path in open { try Self.close(path) }
        }
    }

    private static func mode(_ path: String) -> Int? {
        // What is not there cannot be open.
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            attributes[.type] as? FileAttributeType != .typeSymbolicLink
        else { return nil }
        return attributes[.posixPermissions] as? Int
    }

    private static func isOpen(_ path: String) -> Bool {
        mode(path).map { $0 & 0o077 != 0 } ?? false
    }

    private static func close(_ path: String) throws {
        guard let mode = mode(path) else { return }
        try FileManager.default.setAttributes([.posixPermissions: mode & 0o700], ofItemAtPath: path)
    }
}
