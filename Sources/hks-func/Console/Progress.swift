import Foundation
import FuncKit
import Synchronization

/// What a long piece of work says about itself while it runs.
struct ProgressReporter: Sendable {
    /// Replaces the words behind the title.
    let update: @Sendable (String) -> Void
}

extension Console {
    /// Runs `body` and shows that it lives: a moving line on a terminal, one line when piped, nothing for programs.
    func progress<T: Sendable>(
        _ title: String,
        _ body: (ProgressReporter) async throws -> T
    ) async throws -> T {
        let isShown = !isQuiet && !format.isMachine
        guard isShown, terminal.errorIsTerminal else {
            if isShown { note("\(title) …") }
            return try await body(ProgressReporter { _ in })
        }
        let detail = MovingDetail()
        // Unstructured, because it must draw while `body` runs here; it is ended before this function returns.
        let drawing = Task { await draw(title, detail) }
        do {
            let value = try await body(ProgressReporter { detail.words = $0 })
            await end(drawing)
            return value
        } catch {
            await end(drawing)
            throw error
        }
    }

    private func end(_ drawing: Task<Void, Never>) async {
        drawing.cancel()
        await drawing.value
        status("")
    }

    private func draw(_ title: String, _ detail: MovingDetail) async {
        let frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
        let start = ContinuousClock.now
        var frame = 0
        while !Task.isCancelled {
            let seconds = (ContinuousClock.now - start).components.seconds
            let words = [detail.words, seconds >= 1 ? "\(seconds) s" : ""].filter { !$0.isEmpty }
            status(([frames[frame % frames.count], title, "…"] + words).joined(separator: " "))
            frame += 1
            // Cancelled: the loop's condition ends it.
            try? await Task.sleep(for: .milliseconds(100))
        }
    }
}

/// Words that change while a line moves.
private final class MovingDetail: Sendable {
    private let current = Mutex("")

    var words: String {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }
}

/// Words for a transfer: bytes so far, bytes in all, and the rate.
func transferText(_ progress: TransferProgress, since start: ContinuousClock.Instant) -> String {
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    let rate = elapsed > 0.2 ? ", \(TimeText.bytes(Int(Double(progress.completed) / elapsed)))/s" : ""
    let total = progress.total.map { " of \(TimeText.bytes($0))" } ?? ""
    return TimeText.bytes(progress.completed) + total + rate
}
