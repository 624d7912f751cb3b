import Foundation
import FuncKit
import SystemPackage

/// The reader of a stream went away; writing more makes no sense.
struct BrokenPipe: Error {}

/// Where bytes go: a file descriptor, or a buffer in tests.
protocol ConsoleStream: Sendable {
    /// Writes all of `bytes`.
    /// - Throws: ``BrokenPipe`` where nobody reads any more.
    func write(_ bytes: [UInt8]) throws
}

/// An open file of the process.
struct DescriptorStream: ConsoleStream {
    let descriptor: FileDescriptor

    func write(_ bytes: [UInt8]) throws {
        do {
            try descriptor.writeAll(bytes)
        } catch Errno.brokenPipe {
            throw BrokenPipe()
        } catch let error as Errno {
            throw FuncError(
                error == .noSpace ? .noSpace : .fileSystem,
                "cannot write the result: \(error.description.lowercased())"
            )
        }
    }
}
