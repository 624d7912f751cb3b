import Synchronization

@testable import hks_func

/// Keeps what is written.
final class MemoryStream: ConsoleStream {
    private let bytes = Mutex<[UInt8]>([])
    private let isClosed: Bool

    init(isClosed: Bool = false) {
        self.isClosed = isClosed
    }

    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

    func write(_ bytes: [UInt8]) throws {
        if isClosed { throw BrokenPipe() }
        self.bytes.withLock { $0 += bytes }
    }
}
