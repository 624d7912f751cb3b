import Foundation

extension FunctionAPIClient {
    /// Log lines, oldest first.
    public func logs(of function: String, query: LogQuery) async throws -> [LogEntry] {
        let call = logsCall(of: function, query: query)
        // Servers that do not know a filter send what it should have left out.
        return try transport.entries(try await transport.send(call), of: call).filter(query.matches)
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
        return AsyncThrowingStream { try await follower.next() }
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
        try list(in: response, of: call, key: "logs")
    }
}
