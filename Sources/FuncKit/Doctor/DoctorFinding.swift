/// What one look at the machine found.
public struct DoctorFinding: Hashable, Sendable, Codable {
    /// Topics, in the order in which they are shown.
    public enum Group: String, Hashable, Sendable, Codable, CaseIterable {
        case runtimes, projects, tools, libraries, settings, port, permissions, sandbox, data, contexts
    }

    /// How much it matters.
    public enum Status: String, Hashable, Sendable, Codable, CaseIterable {
        /// As it should be.
        case ok
        /// Good to know; nothing that is needed here fails.
        case note
        /// Something works differently from what one may expect.
        case warning
        /// Something that is needed does not work.
        case error
    }

    /// Stable, such as `runtime.python` or `permissions.config`.
    public var id: String
    /// Topic.
    public var group: Group
    /// How much it matters.
    public var status: Status
    /// What was looked at, for people, such as `Python`.
    public var title: String
    /// What was seen.
    public var message: String
    /// A command or a sentence that helps; nil where nothing is to be done.
    public var fix: String?
    /// Whether this run put it in order.
    public var fixed: Bool
    /// Whether a tool that is needed here is not installed.
    public var missing: Bool

    /// Describes a finding.
    public init(
        _ id: String,
        _ group: Group,
        _ status: Status,
        _ title: String,
        _ message: String,
        fix: String? = nil,
        fixed: Bool = false,
        missing: Bool = false
    ) {
        self.id = id
        self.group = group
        self.status = status
        self.title = title
        self.message = message
        self.fix = fix
        self.fixed = fixed
        self.missing = missing
    }

    /// The same fault after an attempt to put it in order: `done` says what was done.
    package func repaired(saying done: String, by repair: () throws -> Void) -> DoctorFinding {
        var finding = self
        do {
            try repair()
            finding.status = .ok
            finding.message = done
            finding.fix = nil
            finding.fixed = true
        } catch {
            finding.message += "; it could not be put in order: \(error)"
        }
        return finding
    }
}

extension [DoctorFinding] {
    /// Whether a tool that is needed is missing.
    public var lackTools: Bool { contains { $0.status == .error && $0.missing } }
    /// Whether something else that is needed does not work.
    public var haveFaults: Bool { contains { $0.status == .error && !$0.missing } }
}
