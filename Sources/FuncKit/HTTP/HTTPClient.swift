import Foundation

/// What all requests of a client have in common.
public struct HTTPClientConfiguration: Sendable {
    /// Proxies by scheme.
    public var proxy: ProxySettings
    /// File of trusted certificates in place of the system's.
    public var certificateFile: String?
    /// Folder of trusted certificates in place of the system's.
    public var certificateFolder: String?
    /// How the client names itself.
    public var userAgent: String
    /// When attempts are repeated.
    public var retryPolicy: RetryPolicy
    /// Clock and chance of the retries.
    public var timing: RetryTiming
    /// Makes the identifier that a request is found by in the server's logs.
    public var makeRequestID: @Sendable () -> String
    /// Told about every attempt.
    public var trace: (@Sendable (HTTPTrace) -> Void)?

    /// Takes proxies and certificates from the variables that other tools use: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`,
    /// `NO_PROXY`, `SSL_CERT_FILE`, `SSL_CERT_DIR`.
    public init(environment: [String: String] = [:], userAgent: String = "hks-func") {
        proxy = ProxySettings(environment: environment)
        certificateFile = environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
        certificateFolder = environment["SSL_CERT_DIR"].flatMap { $0.isEmpty ? nil : $0 }
        self.userAgent = userAgent
        retryPolicy = RetryPolicy()
        timing = .live
        makeRequestID = { "cli-" + UUID().uuidString.lowercased() }
    }
}

/// Sends HTTP requests through libcurl: cancellable, with deadlines, and repeated where that is safe.
///
/// Throws ``FuncError`` and nothing else, besides `CancellationError`.
public final class HTTPClient: Sendable {
    private static let maxRedirects = 5

    private let configuration: HTTPClientConfiguration
    private let loop: TransferLoop

    /// Opens libcurl.
    /// - Throws: `library_missing`.
    public init(_ configuration: HTTPClientConfiguration = HTTPClientConfiguration()) throws {
        self.configuration = configuration
        do {
            loop = try TransferLoop()
        } catch let error as CurlError {
            throw FuncError(.internalError, "could not prepare for requests", cause: error.description)
        }
    }

    deinit {
        loop.stop()
    }

    /// Sends a request and reads the whole answer, whatever its status.
    /// - Throws: `unreachable`, `timed_out`, `protocol_error`, `invalid_argument`, `file_system`.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let request = try prepared(request)
        return try await repeating(request) { exchange, attempts in
            let body = try await exchange.collect(limit: request.responseLimit)
            return HTTPResponse(
                head: exchange.head,
                body: body,
                requestID: exchange.requestID(of: request),
                attempts: attempts
            )
        }
    }

    /// Sends a request and gives its answer as it comes. Only what happens before the body starts is ever repeated.
    /// - Throws: as ``send(_:)``; the body throws the same.
    func stream(_ request: HTTPRequest) async throws -> HTTPStreamedResponse {
        let request = try prepared(request)
        return try await repeating(request) { exchange, _ in
            HTTPStreamedResponse(
                head: exchange.head,
                body: exchange.stream(of: request),
                requestID: exchange.requestID(of: request)
            )
        }
    }

    private func prepared(_ request: HTTPRequest) throws -> HTTPRequest {
        var request = request
        try request.headers.validate()
        guard let parts = URLComponents(string: request.url), let host = parts.host, !host.isEmpty,
            ["http", "https"].contains(parts.scheme?.lowercased())
        else { throw FuncError(.invalidArgument, "'\(request.displayURL)' is not an http or https URL") }
        if request.headers[HTTPHeaders.requestID] == nil {
            request.headers[HTTPHeaders.requestID] = configuration.makeRequestID()
        }
        return request
    }

    // MARK: Attempts

    private func repeating<T>(
        _ request: HTTPRequest,
        _ use: (HTTPExchange, Int) async throws -> T
    ) async throws -> T {
        let timing = configuration.timing
        let begun = timing.uptime()
        var (attempt, failures) = (1, 0)
        while true {
            let result = await attemptOnce(request, number: attempt, use)
            guard case .retry(let obstacle, let outcome) = result else { return try result.value() }
            if obstacle.counts { failures += 1 }
            let wait = configuration.retryPolicy.delay(
                after: obstacle,
                failures: failures,
                elapsed: timing.uptime() - begun,
                limit: request.timeouts.total,
                random: timing.random()
            )
            guard request.retries, let wait, await obstacle.allowsRepeating(request) else { return try outcome.get() }
            try await timing.sleep(wait)
            attempt += 1
        }
    }

    private enum Attempt<T> {
        case done(Result<T, any Error>)
        /// A further attempt may help; `Result` is what counts if there is none.
        case retry(RetryObstacle, Result<T, any Error>)

        func value() throws -> T {
            switch self {
            case .done(let result), .retry(_, let result): try result.get()
            }
        }
    }

    private func attemptOnce<T>(
        _ request: HTTPRequest,
        number: Int,
        _ use: (HTTPExchange, Int) async throws -> T
    ) async -> Attempt<T> {
        do {
            let exchange = try await traced(request, attempt: number)
            let value = try await use(exchange, number)
            let now = configuration.timing.now()
            guard let obstacle = RetryObstacle(exchange.head, isFirst: number == 1, now: now) else {
                return .done(.success(value))
            }
            return .retry(obstacle, .success(value))
        } catch let error as CurlError {
            let failure = FuncError(error, request: request)
            return RetryPolicy.isTransient(error) ? .retry(.noAnswer, .failure(failure)) : .done(.failure(failure))
        } catch {
            return .done(.failure(error))
        }
    }

    private func traced(_ request: HTTPRequest, attempt: Int) async throws -> HTTPExchange {
        guard let trace = configuration.trace else { return try await exchange(request) }
        let begun = configuration.timing.uptime()
        func report(_ status: Int?, _ failure: String?) {
            trace(
                HTTPTrace(
                    method: request.method,
                    path: URLComponents(string: request.url)?.percentEncodedPath ?? "",
                    status: status,
                    milliseconds: (configuration.timing.uptime() - begun).wholeMilliseconds,
                    requestID: request.headers[HTTPHeaders.requestID] ?? "",
                    attempt: attempt,
                    failure: failure
                )
            )
        }
        do {
            let exchange = try await exchange(request)
            report(exchange.head.status, nil)
            return exchange
        } catch {
            report(nil, (error as? CurlError)?.message ?? "\(error)")
            throw error
        }
    }

    // MARK: One exchange

    private func exchange(_ request: HTTPRequest) async throws -> HTTPExchange {
        var request = request
        for _ in 0...Self.maxRedirects {
            let exchange = try await open(request)
            guard request.redirects == .sameOrigin, [301, 302, 307, 308].contains(exchange.head.status),
                let location = exchange.head.headers["location"]
            else { return exchange }
            exchange.cancel()
            request.url = try Self.target(of: location, from: request)
        }
        throw FuncError(.protocolError, "'\(request.displayURL)' redirects without end")
    }

    private func open(_ request: HTTPRequest) async throws -> HTTPExchange {
        let options = TransferOptions(
            proxy: configuration.proxy,
            certificateFile: configuration.certificateFile,
            certificateFolder: configuration.certificateFolder,
            userAgent: configuration.userAgent
        )
        let (buffer, cancel) = loop.start(request, options: options)
        let head = try await withTaskCancellationHandler {
            try await buffer.head()
        } onCancel: {
            cancel()
        }
        return HTTPExchange(head: head, buffer: buffer, client: self, cancel: cancel)
    }

    /// Where a redirect leads. Credentials must never go to a server that the user did not name.
    private static func target(of location: String, from request: HTTPRequest) throws -> String {
        let base = URL(string: request.url)
        let target = URL(string: location, relativeTo: base)?.absoluteURL
        guard let base, let target, target.scheme?.lowercased() == base.scheme?.lowercased(),
            target.host?.lowercased() == base.host?.lowercased(), target.port == base.port
        else {
            throw FuncError(
                .protocolError,
                "'\(request.displayURL)' redirects to another server, which is not followed",
                hint: (target.flatMap { try? ServerOrigin($0.absoluteString) }).map {
                    "if '\($0)' is the server that you mean, name it as the endpoint"
                } ?? "name the server by its final address",
                requestID: request.headers[HTTPHeaders.requestID]
            )
        }
        return target.absoluteString
    }
}
