import Glibc
import SystemPackage

/// An open file, closed when nothing holds it any more.
final class OpenFileHandle {
    /// For C libraries that read from a descriptor; valid as long as this object lives.
    let descriptor: CInt

    /// Takes over an open descriptor.
    init(descriptor: CInt) {
        self.descriptor = descriptor
    }

    /// Opens a file for reading by its path; does not hang on a named pipe.
    init(path: String) throws(Errno) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    }

    /// Creates a file for writing; fails if there is anything of that name.
    init(creating path: String) throws(Errno) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// What the file is now.
    func status() throws(Errno) -> FileStatus {
        try FileStatus(descriptor: descriptor)
    }

    /// Sets the permission bits, whatever the umask says.
    func setMode(_ mode: mode_t) throws(Errno) {
        guard fchmod(descriptor, mode) == 0 else { throw Errno(rawValue: errno) }
    }

    /// Reads the next bytes into the front of `buffer`; gives their number, 0 at the end of the file.
    func read(into buffer: inout [UInt8]) throws(Errno) -> Int {
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count >= 0 { return count }
            guard errno == EINTR else { throw Errno(rawValue: errno) }
        }
    }

    /// Writes all of `bytes`.
    func write(_ bytes: ArraySlice<UInt8>) throws(Errno) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw Errno(rawValue: errno)
            }
        }
    }

    /// Goes to an offset from the start.
    func seek(to offset: Int) throws(Errno) {
        guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else { throw Errno(rawValue: errno) }
    }
}

extension OpenFileHandle {
    /// Reads all that is left, for small files.
    func readAll() throws(Errno) -> [UInt8] {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = try read(into: &block)
            guard count > 0 else { return bytes }
            bytes += block[..<count]
        }
    }
}
