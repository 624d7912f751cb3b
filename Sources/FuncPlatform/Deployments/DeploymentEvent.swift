import FuncKit

/// What happens to a version on its way to traffic.
enum DeploymentEvent: String, Sendable, Hashable, CaseIterable {
    /// Its turn has come.
    case buildStarted
    /// There is a bundle.
    case built
    /// The first instance answers.
    case becameReady
    /// Build or start went wrong.
    case failed
    /// The platform came back and found it unfinished.
    case resumed
}

extension VersionStatus {
    /// The one place that says which status follows on which event.
    /// - Throws: `internal_error` for a step that does not exist.
    func after(_ event: DeploymentEvent) throws -> VersionStatus {
        switch (self, event) {
        case (.pending, .buildStarted): .building
        case (.building, .built): .starting
        case (.starting, .becameReady): .ready
        case (.pending, .failed), (.building, .failed), (.starting, .failed): .failed
        case (.pending, .resumed), (.building, .resumed), (.starting, .resumed): .pending
        default:
            throw FuncError(.internalError, "a version that is \(rawValue) cannot take the step '\(event.rawValue)'")
        }
    }
}
