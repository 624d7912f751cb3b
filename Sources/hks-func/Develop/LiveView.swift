import Dispatch
import Foundation
import FuncKit
import FuncPlatform

/// The view for terminals: functions and requests on the last lines, drawn anew in their place, while what functions write
/// scrolls by above. Keys ask for things.
///
/// What is shown is decided by ``LiveScreen`` and ``DevelopNarration``, the bytes by ``LiveFrame``; this is what ties them
/// to a terminal, its keys, its size and its signals.
actor LiveView: DevelopView {
    nonisolated let executor = BlockingExecutor("develop.view")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let context: CommandContext
    private let asks: AsyncStream<DevelopCommand>.Continuation
    private let timeZone: TimeZone
    private let clock: any Clock<Duration>
    private var screen = LiveScreen()
    private var narration: DevelopNarration
    private var frame = LiveFrame()
    private var keys = LiveKeyParser()
    private var pending: [String] = []
    private var lost = 0
    private var lastRegion: [MarkedLine] = []
    private var isLive = false
    private var failure: (any Error)?
    private var watch = LiveSignals()
    private var drawing: Task<Void, Never>?
    private let (changes, change) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// Lines that wait for the next frame; more than that nobody can read.
    private static let mostPending = 1000

    init(
        context: CommandContext,
        asks: AsyncStream<DevelopCommand>.Continuation,
        timeZone: TimeZone = .current,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.context = context
        self.asks = asks
        self.timeZone = timeZone
        self.clock = clock
        narration = DevelopNarration(
            resultStyle: context.console.outputStyle,
            noteStyle: context.console.outputStyle,
            homeFolder: context.homeFolder,
            isVerbose: context.console.isVerbose,
            timeZone: timeZone
        )
    }

    func begin() {
        isLive = true
        // Others speak from any thread; their words take their turn here.
        context.console.lend { text in Task { await self.print([text]) } }
        let console = context.console
        watch.start(
            onKeys: { bytes in Task { await self.receive(bytes) } },
            onAway: { Task { await self.pauseKeys() } },
            onSize: { Task { await self.resized() } },
            // A terminal that is gone needs no cursor.
            onSuspend: { try? console.draw("\r\n\u{1B}[?25h") },
            onResume: { Task { await self.resumed() } },
            onEnd: { Task { await self.leave() } }
        )
        // Unstructured, because it draws between the calls; `end()` waits for it.
        drawing = Task {
            for await _ in changes {
                draw()
                if screen.isMoving { wake(after: .milliseconds(250)) }
                // Cancelled: the stream ends as well.
                try? await clock.sleep(for: .milliseconds(50))
            }
        }
    }

    func show(_ event: DevelopEvent) throws {
        if let failure { throw failure }
        let isScrolling = screen.scrolls(event)
        screen.take(event, now: context.now())
        // Asked in any case: it remembers what it has told about projects.
        let lines = narration.lines(event)
        if isScrolling { add(lines.map(\.text)) }
        if case .stopping = event { return leave() }
        change.yield()
    }

    func end() async {
        change.finish()
        drawing?.cancel()
        await drawing?.value
        leave()
        context.console.lend(to: nil)
    }

    // MARK: Drawing

    private func print(_ lines: [String]) {
        add(lines)
        change.yield()
    }

    private func add(_ lines: [String]) {
        pending += lines.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
        let surplus = pending.count - Self.mostPending
        if surplus > 0 {
            pending.removeFirst(surplus)
            lost += surplus
        }
        if !isLive { flush() }
    }

    /// Lines that scroll by with the next frame.
    private func takePending() -> [String] {
        defer { (pending, lost) = ([], 0) }
        return lost > 0 ? ["… \(lost) lines came too fast to be shown"] + pending : pending
    }

    private var size: LiveScreen.Size {
        let size = TerminalMode.size()
        return LiveScreen.Size(columns: max(20, size?.columns ?? 80), rows: max(6, size?.rows ?? 24))
    }

    private func draw() {
        guard isLive else { return flush() }
        guard TerminalMode.isForeground else {
            frame.forget()
            lastRegion = []
            return flush()
        }
        watch.takeKeys()
        let size = size
        let region = screen.lines(size, now: context.now(), timeZone: timeZone)
        guard !pending.isEmpty || region != lastRegion else { return }
        let style = context.console.outputStyle
        let texts = region.map { $0.text(style, columns: size.columns - 1) }
        let widths = region.map { min($0.width, size.columns - 1) }
        lastRegion = region
        write(frame.paint(above: takePending(), region: texts, widths: widths, columns: size.columns))
    }

    /// Prints what waits, without a region.
    private func flush() {
        guard !pending.isEmpty else { return }
        write(takePending().map { $0 + "\n" }.joined())
    }

    private func write(_ text: String) {
        do {
            try context.console.draw(text)
        } catch {
            // Told by the next event: whoever shows it ends the view.
            failure = failure ?? error
        }
    }

    /// Gives the terminal back; what still comes is printed line by line.
    private func leave() {
        guard isLive else { return flush() }
        isLive = false
        watch.stop()
        write(frame.leave(above: takePending(), columns: size.columns))
    }

    private func resized() {
        lastRegion = []
        change.yield()
    }

    /// The shell has written below the region meanwhile.
    private func resumed() {
        guard isLive else { return }
        frame.forget()
        resized()
    }

    private func pauseKeys() { watch.pauseKeys() }

    private func wake(after time: Duration) {
        // Unstructured: a turn of the clock, which does nothing once the view has ended.
        Task { [clock, change] in
            guard (try? await clock.sleep(for: time)) != nil else { return }
            change.yield()
        }
    }

    // MARK: Keys

    private func receive(_ bytes: [UInt8]) {
        for byte in bytes {
            guard isLive, let key = keys.take(byte) else { continue }
            if let action = screen.press(key) { perform(action) }
        }
        change.yield()
    }

    private func perform(_ action: LiveScreen.Action) {
        switch action {
        case .command(let command): asks.yield(command)
        case .open(let address): open(address)
        case .say(let text): add([text])
        case .clear:
            pending = []
            lastRegion = []
            write(frame.clear())
        case .redraw:
            lastRegion = []
            write(frame.clear())
        case .abort:
            leave()
            watch.abort()
        }
    }

    private func open(_ address: String) {
        do {
            try context.openBrowser(address)
            add(["opened \(address)"])
        } catch let error as FuncError {
            add(["\(context.console.outputStyle.caution("Warning:")) \(error.description): open \(address) yourself"])
        } catch {
            add(["\(context.console.outputStyle.caution("Warning:")) open \(address) yourself"])
        }
    }
}
