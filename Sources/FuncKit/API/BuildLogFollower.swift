/// Reads a version's build log; after a broken connection without what was read before.
actor BuildLogFollower {
    private let client: FunctionAPIClient
    private let call: APICall
    private let policy = RetryPolicy(maxAttempts: 12, maxDelay: .seconds(10), deadline: .seconds(120))

    private var pending: ArraySlice<LogEntry> = []
    private var reader: LogLineReader?
    private var delivered = 0
    private var toSkip = 0
    private var failures = 0
    private var wasOpen = false

    init(client: FunctionAPIClient, call: APICall) {
        self.client = client
        self.call = call
    }

    /// The next line; nil when the log, and where followed the build, is at its end.
    func next() async throws -> LogEntry? {
        while true {
            if let entry = pending.popFirst() { return entry }
            do {
                if reader == nil { try await open() }
                guard let entries = try await reader?.next() else { return nil }
                accept(entries)
            } catch let error as FuncError {
                try await recover(from: error)
            }
        }
    }

    private func open() async throws {
        let response = try await client.transport.stream(call)
        reader = LogLineReader(response.body)
        wasOpen = true
        // A build log only grows and is sent from its start.
        toSkip = delivered
    }

    private func accept(_ entries: [LogEntry]) {
        let new = entries.dropFirst(toSkip)
        toSkip -= entries.count - new.count
        guard !new.isEmpty else { return }
        failures = 0
        delivered += new.count
        pending += new
    }

    private func recover(from error: FuncError) async throws {
        reader = nil
        failures += 1
        guard wasOpen, [.unreachable, .timedOut, .overloaded].contains(error.code),
            let delay = policy.delay(afterAttempts: failures, elapsed: .zero, random: client.timing.random())
        else { throw error }
        try await client.timing.sleep(delay)
    }
}
