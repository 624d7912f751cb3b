import Foundation

extension FunctionAPIClient {
    /// Log lines, oldest first.
    public func logs(of function: String, query: LogQuery) async throws -> [LogEntry] {
        // Some servers take 0 for "as many as usual".
        if query.limit == 0 { return [] }
        let call = logsCall(of: function, query: query)
        // Servers that do not know a filter send what it should have left out.
        let entries = try transport.entries(try await send(call, about: function), of: call)
        try refuse(query, unknownTo: entries)
        let matching = entries.filter(query.matches)
        return query.limit.map { Array(matching.suffix($0)) } ?? matching
    }

    /// Lines that say neither version nor call cannot be told apart by them, and none would be a wrong answer.
    func refuse(_ query: LogQuery, unknownTo entries: [LogEntry]) throws {
        guard !entries.isEmpty else { return }
        let missing =
            query.version != nil && entries.allSatisfy { $0.version == nil }
            ? "version" : query.requestID != nil && entries.allSatisfy { $0.requestID == nil } ? "call" : nil
        guard let missing else { return }
        throw FuncError(
            .unsupported,
            "this server cannot select log lines by \(missing)",
            hint: "read all lines with 'hks-func logs NAME'"
        )
    }

    /// Log lines as they are written, at the reader's pace; broken connections are taken up again.
    public func followLogs(of function: String, query: LogQuery) -> AsyncThrowingStream<LogEntry, any Error> {
        let follower = LogFollower(client: self, function: function, query: query)
        return AsyncThrowingStream { try await follower.next() }
    }

    /// The build log of a version.
    public func buildLogs(
        of function: String,
        version: VersionSelector,
        follow: Bool
    ) -> AsyncThrowingStream<LogEntry, any Error> {
        let attempt = "read the build log of version '\(version)' of function '\(function)'"
        var call = versionCall("GET", version, of: function, "build-logs", attempt: attempt)
        call.headers["accept"] = "application/x-ndjson"
        if follow {
            call.query.append(("follow", "true"))
            call.timeouts = HTTPRequest.Timeouts(total: nil, idle: .seconds(45))
        }
        let follower = BuildLogFollower(client: self, call: call)
        return AsyncThrowingStream {
            guard try await capabilities().supportsBuildLogs else {
                throw FuncError(
                    .unsupported,
                    "this server cannot show build logs",
                    hint: "run 'hks-func describe \(function)' to see how the function is"
                )
            }
            return try await follower.next()
        }
    }

    func logsCall(of function: String, query: LogQuery) -> APICall {
        var call = functionCall("GET", function, "logs", attempt: "read logs of function '\(function)'")
        let items: [(String, String?)] = [
            ("since", query.since.map(WireDate.format)),
            ("until", query.until.map(WireDate.format)),
            ("limit", query.limit.map(String.init)),
            ("level", query.level?.rawValue),
            ("version", query.version.map(String.init)),
            ("request_id", query.requestID),
        ]
        call.query += items.compactMap { name, value in value.map { (name, $0) } }
        return call
    }
}

extension APITransport {
    /// The log entries of an answer in one piece.
    func entries(_ response: HTTPResponse, of call: APICall) throws -> [LogEntry] {
        let entries: [LogEntry] = try list(in: response, of: call, key: "logs")
        let times = entries.compactMap(\.timestamp)
        // A server that numbers its lines has them in order; others may have the newest first.
        guard times.count == entries.count, entries.allSatisfy({ $0.sequence == nil }) else { return entries }
        return zip(times, entries).enumerated()
            .sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }
            .map(\.element.1)
    }
}
