/// How far a project under development is.
enum DevelopPhase: Hashable, Sendable, CaseIterable {
    /// Its files are read and packed.
    case loading
    /// They are turned into a program.
    case building
    /// An instance of the program starts.
    case starting
    /// The newest code answers.
    case ready
    /// The newest code does not; what answered before still does.
    case failed
    /// The folder is gone; what answered before still does.
    case missing
}

/// What happens to a project under development.
enum DevelopStep: Hashable, Sendable, CaseIterable {
    /// Files changed, or a rebuild was asked for.
    case changed
    /// Its build began.
    case buildStarted
    /// It was built.
    case built
    /// The newest code answers.
    case becameReady
    /// It was found that what answers already is the newest code.
    case unchanged
    /// The newest code cannot be read, built or started.
    case failed
    /// The folder is gone.
    case vanished
    /// It is there again.
    case returned
}

extension DevelopPhase {
    /// The one place that says which phase follows on which step; nil for a step that means nothing then, such as one of
    /// a build that a newer change has overtaken.
    func after(_ step: DevelopStep) -> DevelopPhase? {
        switch (self, step) {
        case (.missing, .returned): .loading
        case (.missing, _), (_, .returned): nil
        case (_, .vanished): .missing
        case (_, .changed): .loading
        case (.loading, .buildStarted): .building
        case (.building, .built): .starting
        case (.starting, .becameReady): .ready
        case (.loading, .unchanged): .ready
        case (.loading, .failed), (.building, .failed), (.starting, .failed): .failed
        case (_, .buildStarted), (_, .built), (_, .becameReady), (_, .unchanged), (_, .failed): nil
        }
    }
}
