internal import CCurl

/// What a transfer does with the pieces libcurl hands over or asks for; called on the thread that drives it.
protocol CurlEasyDelegate: AnyObject {
    /// One line of a response header without its line end. False ends the transfer.
    func received(headerLine: [UInt8]) -> Bool
    /// Whether body bytes can be taken now; otherwise the transfer stops until it is resumed.
    var canTakeBody: Bool { get }
    /// Bytes of the response body.
    func received(body: [UInt8])
    /// The next bytes of the request body, empty at its end, or nil to end the transfer.
    func nextRequestBytes(upTo count: Int) -> [UInt8]?
    /// Goes to a place in the request body. False where that cannot be done.
    func seekRequestBody(to offset: Int) -> Bool
    /// Bytes of both bodies so far.
    func progressed(received: Int, sent: Int)
}

/// Owns one libcurl transfer. Used by one thread at a time.
final class CurlEasyHandle {
    private let pointer: OpaquePointer
    private let receiver = Receiver()

    /// Gets the pieces of the transfer; must be set before the transfer starts.
    var delegate: (any CurlEasyDelegate)? {
        get { receiver.delegate }
        set { receiver.delegate = newValue }
    }

    /// Prepares a transfer; `tag` comes back when it ends.
    init(tag: Int) throws {
        guard let pointer = hks_curl_easy_new(Int64(tag), receiver.callbacks) else {
            throw CurlError(code: 27, operation: "prepare a transfer", message: "out of memory", wasConnected: false)
        }
        self.pointer = pointer
    }

    deinit {
        hks_curl_easy_free(pointer)
    }

    enum TextOption {
        case url, method, proxy, noProxy, certificateFile, certificateFolder, userAgent

        fileprivate var native: hks_curl_text_option {
            switch self {
            case .url: HKS_CURL_URL
            case .method: HKS_CURL_METHOD
            case .proxy: HKS_CURL_PROXY
            case .noProxy: HKS_CURL_NO_PROXY
            case .certificateFile: HKS_CURL_CA_FILE
            case .certificateFolder: HKS_CURL_CA_FOLDER
            case .userAgent: HKS_CURL_USER_AGENT
            }
        }
    }

    enum NumberOption {
        case noSignal, httpOnly, followRedirects, pathAsIs, suppressConnectHeaders, keepAliveProbes
        case connectTimeout, totalTimeout, freshConnection, noBody, upload, uploadSize

        fileprivate var native: hks_curl_number_option {
            switch self {
            case .noSignal: HKS_CURL_NO_SIGNAL
            case .httpOnly: HKS_CURL_HTTP_ONLY
            case .followRedirects: HKS_CURL_FOLLOW_REDIRECTS
            case .pathAsIs: HKS_CURL_PATH_AS_IS
            case .suppressConnectHeaders: HKS_CURL_SUPPRESS_CONNECT_HEADERS
            case .keepAliveProbes: HKS_CURL_TCP_KEEPALIVE
            case .connectTimeout: HKS_CURL_CONNECT_TIMEOUT_MS
            case .totalTimeout: HKS_CURL_TOTAL_TIMEOUT_MS
            case .freshConnection: HKS_CURL_FRESH_CONNECT
            case .noBody: HKS_CURL_NO_BODY
            case .upload: HKS_CURL_UPLOAD
            case .uploadSize: HKS_CURL_UPLOAD_SIZE
            }
        }
    }

    func set(_ option: TextOption, to value: String) throws {
        try check(hks_curl_easy_set_text(pointer, option.native, value), during: "set \(option)")
    }

    func set(_ option: NumberOption, to value: Int) throws {
        try check(hks_curl_easy_set_number(pointer, option.native, Int64(value)), during: "set \(option)")
    }

    func set(_ option: NumberOption, to value: Bool) throws {
        try set(option, to: value ? 1 : 0)
    }

    /// Replaces libcurl's own header lines and adds further ones.
    func setHeaderLines(_ lines: [String]) throws {
        for line in lines where !hks_curl_easy_add_header(pointer, line) {
            throw CurlError(code: 27, operation: "set headers", message: "out of memory", wasConnected: false)
        }
        try check(hks_curl_easy_apply_headers(pointer), during: "set headers")
    }

    /// Lets a transfer that could not hand over its bytes go on.
    func unpause() throws {
        try check(hks_curl_easy_unpause(pointer), during: "resume a transfer")
    }

    /// Turns a result code into an error, with the text libcurl left in this handle; nil for success.
    func failure(code: Int, during operation: String) -> CurlError? {
        guard code != 0 else { return nil }
        let message = String(cString: hks_curl_easy_message(pointer))
        let refusal = Int(hks_curl_easy_proxy_status(pointer))
        return CurlError(
            code: code,
            operation: operation,
            message: message.isEmpty ? String(cString: hks_curl_code_text(Int32(code))) : message,
            wasConnected: hks_curl_easy_was_connected(pointer),
            proxyStatus: refusal >= 300 ? refusal : nil
        )
    }

    private func check(_ code: Int32, during operation: String) throws {
        if let failure = failure(code: Int(code), during: operation) { throw failure }
    }

    /// Lets the set of transfers, which is a C object too, use this one.
    fileprivate func withPointer<T>(_ body: (OpaquePointer) -> T) -> T { body(pointer) }
}

extension CurlEasyHandle {
    /// Stands between C and the delegate; the C object holds its address for as long as the handle lives.
    private final class Receiver {
        weak var delegate: (any CurlEasyDelegate)?

        var callbacks: hks_curl_callbacks {
            hks_curl_callbacks(
                context: Unmanaged.passUnretained(self).toOpaque(),
                header: { context, bytes, count in
                    guard let receiver = Receiver.from(context), let delegate = receiver.delegate else { return 0 }
                    var line = Receiver.copy(bytes, count)
                    while let last = line.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") {
                        line.removeLast()
                    }
                    return delegate.received(headerLine: line) ? count : 0
                },
                write: { context, bytes, count in
                    guard let receiver = Receiver.from(context), let delegate = receiver.delegate else { return 0 }
                    guard delegate.canTakeBody else { return Int(HKS_CURL_WRITE_PAUSE) }
                    delegate.received(body: Receiver.copy(bytes, count))
                    return count
                },
                read: { context, buffer, capacity in
                    guard let receiver = Receiver.from(context), let delegate = receiver.delegate, let buffer,
                        let bytes = delegate.nextRequestBytes(upTo: capacity)
                    else { return Int(HKS_CURL_READ_ABORT) }
                    UnsafeMutableRawBufferPointer(start: buffer, count: capacity).copyBytes(from: bytes)
                    return bytes.count
                },
                seek: { context, offset in
                    Receiver.from(context)?.delegate?.seekRequestBody(to: Int(offset)) ?? false
                },
                progress: { context, received, sent in
                    Receiver.from(context)?.delegate?.progressed(received: Int(received), sent: Int(sent))
                }
            )
        }

        private static func from(_ context: UnsafeMutableRawPointer?) -> Receiver? {
            context.map { Unmanaged<Receiver>.fromOpaque($0).takeUnretainedValue() }
        }

        private static func copy(_ bytes: UnsafePointer<CChar>?, _ count: Int) -> [UInt8] {
            Array(UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : count))
        }
    }
}

/// Owns a set of libcurl transfers that share connections.
///
/// Safety: every member except ``wakeUp()`` is called by the one thread that drives the set (``TransferLoop``); libcurl
/// documents `curl_multi_wakeup` as safe from any thread, and reference counting keeps the set alive during the call.
final class CurlMultiHandle: @unchecked Sendable {
    private let pointer: OpaquePointer

    init() throws {
        guard let pointer = hks_curl_multi_new() else {
            throw CurlError(code: 27, operation: "prepare transfers", message: "out of memory", wasConnected: false)
        }
        self.pointer = pointer
    }

    deinit {
        hks_curl_multi_free(pointer)
    }

    func add(_ handle: CurlEasyHandle) throws {
        try check(handle.withPointer { hks_curl_multi_add(pointer, $0) }, during: "start a transfer")
    }

    func remove(_ handle: CurlEasyHandle) {
        handle.withPointer { hks_curl_multi_remove(pointer, $0) }
    }

    /// Moves all transfers on as far as that goes without waiting.
    func perform() throws {
        try check(hks_curl_multi_perform(pointer), during: "move transfers")
    }

    /// Waits for the network, for ``wakeUp()``, or until the time is over.
    func wait(milliseconds: Int) throws {
        try check(hks_curl_multi_poll(pointer, Int32(clamping: milliseconds)), during: "wait for transfers")
    }

    /// Ends the running or the next wait at once.
    func wakeUp() {
        // Fails only when the set is out of memory or gone; the wait then ends by its own limit.
        _ = hks_curl_multi_wakeup(pointer)
    }

    /// A transfer that ended, with libcurl's result; nil when there is no further one.
    func nextDone() -> (tag: Int, code: Int)? {
        var tag: Int64 = 0
        var code: Int32 = 0
        guard hks_curl_multi_next_done(pointer, &tag, &code) else { return nil }
        return (Int(tag), Int(code))
    }

    private func check(_ code: Int32, during operation: String) throws {
        guard code != 0 else { return }
        let message = String(cString: hks_curl_multi_code_text(code))
        throw CurlError(code: Int(code), operation: operation, message: message, wasConnected: false)
    }
}
