import Foundation

extension FunctionAPIClient {
    /// Whether the server has a source already.
    public func hasSource(digest: String) async throws -> Bool {
        // A server without uploads gets the source inside the deploy.
        if try await isPlain() { return false }
        return try await sourceState(digest: digest) == .stored
    }

    /// Sends a source; after a broken connection only what the server does not have yet.
    public func uploadSource(
        _ archive: SourceArchive,
        progress: @escaping @Sendable (TransferProgress) -> Void
    ) async throws {
        if try await isPlain() {
            return await sources.keep(InlineSource(archive: archive, progress: progress))
        }
        var tries = UploadTries(timing: timing)
        while true {
            switch try await sourceState(digest: archive.digest) {
            case .stored:
                return progress(TransferProgress(completed: archive.size, total: archive.size))
            case .partial(let received):
                // A server that claims more than there is has something else under this name: begin anew.
                let offset = received < archive.size ? received : 0
                try tries.noteOffset(offset)
                guard try await send(archive, from: offset, progress: progress, tries: &tries) else { continue }
                return
            }
        }
    }

    /// Sends the rest of an archive. False where the server must be asked again how far it came.
    private func send(
        _ archive: SourceArchive,
        from offset: Int,
        progress: @escaping @Sendable (TransferProgress) -> Void,
        tries: inout UploadTries
    ) async throws -> Bool {
        var call = sourceCall("PUT", archive.digest, attempt: "upload the source")
        call.body = .file(path: archive.path, offset: offset, length: archive.size - offset)
        call.headers["content-type"] = "application/octet-stream"
        if offset > 0 { call.headers["content-range"] = "bytes \(offset)-\(archive.size - 1)/\(archive.size)" }
        call.timeouts = HTTPRequest.Timeouts(total: nil, idle: .seconds(60))
        // What is repeated here goes on from where the server is, rather than from the start.
        call.retries = false
        call.uploadProgress = { progress(TransferProgress(completed: offset + $0, total: archive.size)) }
        let response: HTTPResponse
        do {
            response = try await transport.sendAny(call)
        } catch let error as FuncError where [.unreachable, .timedOut].contains(error.code) {
            try await tries.wait(after: error)
            return false
        }
        if response.status == 202 { return false }
        if response.head.isSuccess {
            progress(TransferProgress(completed: archive.size, total: archive.size))
            return true
        }
        let error = FuncError(response, attempt: call.attempt, missing: call.missing)
        let isElsewhere = response.status == 409 && APIErrorBody(response).offset != nil
        guard isElsewhere || RetryPolicy.isTransient(status: response.status) else { throw error }
        try await tries.wait(after: error)
        return false
    }

    private enum SourceState: Equatable {
        case stored
        case partial(received: Int)
    }

    private func sourceState(digest: String) async throws -> SourceState {
        let call = sourceCall("HEAD", digest, attempt: "look for the source on the server")
        let response = try await transport.sendAny(call)
        if response.head.isSuccess { return .stored }
        guard response.status == 404 else {
            throw FuncError(response, attempt: call.attempt, missing: call.missing)
        }
        return .partial(received: max(0, response.headers["upload-offset"].flatMap { Int($0) } ?? 0))
    }

    private func sourceCall(_ method: String, _ digest: String, attempt: String) -> APICall {
        var call = self.call(method, "functions", "sources", digest, attempt: attempt)
        call.missing = .sourceNotFound
        return call
    }
}

/// Bounds how often an upload is taken up again: only attempts that bring the server no further count.
private struct UploadTries {
    private let timing: RetryTiming
    private let policy = RetryPolicy(maxAttempts: 6, deadline: .seconds(3600))
    private var furthest = -1
    private var fruitless = 0
    private var lastFailure: FuncError?

    init(timing: RetryTiming) {
        self.timing = timing
    }

    mutating func noteOffset(_ offset: Int) throws {
        if offset > furthest {
            (furthest, fruitless) = (offset, 0)
        } else {
            fruitless += 1
        }
        guard fruitless >= policy.maxAttempts else { return }
        throw lastFailure ?? FuncError(.protocolError, "the server keeps asking for the same part of the source")
    }

    mutating func wait(after failure: FuncError) async throws {
        lastFailure = failure
        let random = timing.random()
        guard let delay = policy.delay(afterAttempts: fruitless + 1, elapsed: .zero, random: random) else {
            throw failure
        }
        try await timing.sleep(delay)
    }
}
