import Foundation

/// Reads a function's log as it is written: from a stream where the server has one, by asking again and again else.
actor LogFollower {
    private static let pollInterval = Duration.seconds(1)
    private static let pollLimit = 10_000
    /// Heartbeats come every 15 seconds; three missing ones mean that the connection is dead.
    private static let idleLimit = Duration.seconds(45)

    private let client: FunctionAPIClient
    private let function: String
    private let query: LogQuery
    private let policy = RetryPolicy(maxAttempts: 12, maxDelay: .seconds(10), deadline: .seconds(120))

    private var mark = LogMark()
    private var pending: ArraySlice<LogEntry> = []
    private var reader: LogLineReader?
    private var streams: Bool?
    private var wasOpen = false
    private var failures = 0

    init(client: FunctionAPIClient, function: String, query: LogQuery) {
        self.client = client
        self.function = function
        self.query = query
    }

    /// The next line; nil when the function is gone, or `until` is past.
    func next() async throws -> LogEntry? {
        while true {
            if let entry = pending.popFirst() { return entry }
            guard try await fill() else { return nil }
        }
    }

    /// Reads on. False at the end.
    private func fill() async throws -> Bool {
        do {
            if let reader {
                if let entries = try await reader.next() {
                    accept(entries)
                } else {
                    try await ended()
                }
            } else {
                if wasOpen, let until = query.until, client.timing.now() > until { return false }
                try await open()
            }
        } catch let error as FuncError {
            reader = nil
            // Once the log was there, its absence means that the function was deleted.
            if wasOpen, error.code == .functionNotFound { return false }
            try await recover(from: error)
        }
        return true
    }

    /// The server ended the stream in good order, as it does when it shuts down or the function goes.
    private func ended() async throws {
        reader = nil
        try await client.timing.sleep(Self.pollInterval)
    }

    private func recover(from error: FuncError) async throws {
        guard wasOpen, [.unreachable, .timedOut, .overloaded, .rateLimited].contains(error.code) else { throw error }
        failures += 1
        let random = client.timing.random()
        guard let delay = policy.delay(afterAttempts: failures, elapsed: .zero, random: random) else { throw error }
        try await client.timing.sleep(delay)
    }

    private func accept(_ entries: [LogEntry]) {
        failures = 0
        for entry in entries where query.matches(entry) && mark.isNew(entry) { pending.append(entry) }
    }

    private func open() async throws {
        let mayStream = try await streamsLogs()
        if wasOpen { mark.restart() }
        if mayStream { try await openStream() } else { try await poll() }
    }

    private func streamsLogs() async throws -> Bool {
        if let streams { return streams }
        let supported = try await client.capabilities().supportsLogStreaming
        streams = supported
        return supported
    }

    private func openStream() async throws {
        var call = client.logsCall(of: function, query: mark.query(continuing: query))
        call.query.append(("follow", "true"))
        call.headers["accept"] = "application/x-ndjson"
        call.timeouts = HTTPRequest.Timeouts(total: nil, idle: Self.idleLimit)
        let response = try await client.transport.stream(call)
        noteOpened(response.head)
        guard response.head.headers["content-type"]?.lowercased().hasPrefix("application/x-ndjson") ?? false else {
            // The server promised a stream and answers in one piece: ask it as one that does not stream.
            streams = false
            return
        }
        reader = LogLineReader(response.body)
    }

    private func poll() async throws {
        if wasOpen { try await client.timing.sleep(Self.pollInterval) }
        var query = mark.query(continuing: self.query)
        if wasOpen { query.limit = Self.pollLimit }
        let isSilent = !wasOpen && query.limit == 0
        // Some servers take 0 for "as many as usual": what is there is read, so that it is known, and not shown.
        if isSilent { query.limit = Self.pollLimit }
        let call = client.logsCall(of: function, query: query)
        let response = try await client.send(call, about: function)
        let entries = try client.transport.entries(response, of: call)
        try client.refuse(query, unknownTo: entries)
        noteOpened(response.head)
        accept(entries)
        if isSilent { pending = [] }
    }

    private func noteOpened(_ head: HTTPResponseHead) {
        wasOpen = true
        // The server's own clock, where it tells: ours may differ.
        mark.opened(at: head.headers["date"].flatMap(HTTPDate.parse) ?? client.timing.now())
    }
}
