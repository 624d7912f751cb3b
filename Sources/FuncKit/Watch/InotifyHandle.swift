#if os(Linux)
import Glibc
import SystemPackage

/// An inotify instance (inotify(7)).
final class InotifyHandle: FolderNotifier {
    private let descriptor: CInt
    private var readiness: DescriptorWatch?
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    /// Opens an instance; `tooManyOpenFiles` where this user has as many as allowed.
    init() throws(Errno) {
        descriptor = inotify_init1(CInt(O_NONBLOCK | O_CLOEXEC))
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    }

    deinit {
        stop()
        close(descriptor)
    }

    func watch(_ path: [UInt8]) throws(Errno) -> Int32 {
        let watch = inotify_add_watch(descriptor, path.map { CChar(bitPattern: $0) } + [0], Self.mask)
        guard watch >= 0 else { throw Errno(rawValue: errno) }
        return watch
    }

    func unwatch(_ watch: Int32) {
        // It fails only where the kernel has forgotten the folder already.
        _ = inotify_rm_watch(descriptor, watch)
    }

    func drain() -> [FolderEvent] {
        var events: [FolderEvent] = []
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return events }
            events += Self.events(in: buffer[..<count])
        }
    }

    func start(onReadable: @escaping @Sendable () -> Void) -> Bool {
        readiness = DescriptorWatcher.shared.start(descriptor, onReadable: onReadable)
        return readiness != nil
    }

    func resume() {
        readiness?.again()
    }

    func stop() {
        readiness?.stop()
        readiness = nil
    }

    private static let mask = UInt32(
        IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF
            | IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK
    )

    /// The kernel's records: four 32-bit numbers (watch, mask, cookie, length of the name), then the name, filled up with
    /// zero bytes.
    private static func events(in bytes: ArraySlice<UInt8>) -> [FolderEvent] {
        bytes.withUnsafeBytes { bytes in
            var events: [FolderEvent] = []
            var offset = 0
            while offset + 16 <= bytes.count {
                let watch = bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)
                let mask = bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)
                let length = Int(bytes.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self))
                let name = bytes[(offset + 16)..<min(bytes.count, offset + 16 + length)].prefix { $0 != 0 }
                events.append(FolderEvent(watch: watch, name: Array(name), kinds: kinds(mask)))
                offset += 16 + length
            }
            return events
        }
    }

    private static func kinds(_ mask: UInt32) -> FolderEvent.Kinds {
        names.reduce(into: []) { kinds, pair in
            if mask & UInt32(pair.0) != 0 { kinds.formUnion(pair.1) }
        }
    }

    private static let names: [(Int, FolderEvent.Kinds)] = [
        (Int(IN_ATTRIB), .touched), (Int(IN_MODIFY), .written), (Int(IN_CLOSE_WRITE), .closed),
        (Int(IN_CREATE), .added), (Int(IN_MOVED_TO), .added), (Int(IN_DELETE), .removed),
        (Int(IN_MOVED_FROM), .removed), (Int(IN_DELETE_SELF), .selfGone), (Int(IN_MOVE_SELF), .selfGone),
        (Int(IN_UNMOUNT), .selfGone), (Int(IN_IGNORED), .ended), (Int(IN_Q_OVERFLOW), .overflow),
        (Int(IN_ISDIR), .isFolder),
    ]
}
#endif
