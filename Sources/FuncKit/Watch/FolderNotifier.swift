import SystemPackage

/// What happened to a name in a watched folder, or to the folder itself.
struct FolderEvent: Hashable, Sendable {
    /// The kinds of event; several may come as one.
    struct Kinds: OptionSet, Hashable, Sendable {
        let rawValue: Int

        /// Bytes, mode or times of a file changed.
        static let touched = Kinds(rawValue: 1)
        /// A file was written to and is still open.
        static let written = Kinds(rawValue: 2)
        /// A file that was open for writing was closed.
        static let closed = Kinds(rawValue: 4)
        /// A name came into being.
        static let added = Kinds(rawValue: 8)
        /// A name is gone.
        static let removed = Kinds(rawValue: 16)
        /// The folder itself is gone from where it was.
        static let selfGone = Kinds(rawValue: 32)
        /// The folder is watched no more.
        static let ended = Kinds(rawValue: 64)
        /// More happened than could be told: all has to be looked at.
        static let overflow = Kinds(rawValue: 128)
        /// The name is, or was, a folder.
        static let isFolder = Kinds(rawValue: 256)
    }

    /// Number of the watch.
    var watch: Int32
    /// The name in the folder; empty where it is about the folder itself.
    var name: [UInt8]
    /// What happened.
    var kinds: Kinds
}

/// The system's way to tell what happens in folders.
protocol FolderNotifier: AnyObject {
    /// Watches the names in a folder; gives the number that its events carry.
    func watch(_ path: [UInt8]) throws(Errno) -> Int32
    /// Forgets a folder.
    func unwatch(_ watch: Int32)
    /// What happened since the last call, without waiting.
    func drain() -> [FolderEvent]
    /// Calls `onReadable` each time that something happened, until ``stop()``.
    /// - Returns: Whether the system can tell.
    func start(onReadable: @escaping @Sendable () -> Void) -> Bool
    /// Asks for the next call of `onReadable`.
    func resume()
    /// Ends all watches.
    func stop()
}

/// Makes the notifier of this system.
enum SystemNotifier {
    /// nil where the system has none that we know.
    static func make() throws(Errno) -> (any FolderNotifier)? {
        #if os(Linux)
        try InotifyHandle()
        #else
        nil
        #endif
    }
}
