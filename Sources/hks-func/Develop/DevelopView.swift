import FuncPlatform

/// A way to show what happens while functions are developed.
protocol DevelopView: Sendable {
    /// Comes before the first event.
    func begin() async throws
    /// Shows an event.
    /// - Throws: ``BrokenPipe`` where nobody reads any more.
    func show(_ event: DevelopEvent) async throws
    /// Comes after the last event, also where showing one failed; nothing is changed at the terminal afterwards.
    func end() async
}

extension DevelopView {
    func begin() async throws {}
    func end() async {}
}
