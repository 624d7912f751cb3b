/// What kind of file changed, which decides what has to be done anew.
public enum WatchedKind: String, Hashable, Sendable, CaseIterable {
    /// A file that is packed.
    case source
    /// The manifest.
    case manifest
    /// One of the `.env` files, which are never packed.
    case environment
    /// A file that names dependencies, such as `requirements.txt`.
    case dependencies
}

/// A real change: contents differ, not only times.
public struct SourceChange: Hashable, Sendable {
    /// What changed, by path relative to the project's folder, sorted; added and removed files count.
    public var files: [String: WatchedKind]

    /// Collects what changed.
    public init(files: [String: WatchedKind]) {
        self.files = files
    }

    /// The paths in order, for people.
    public var paths: [String] { files.keys.sorted() }
}

/// What a watch over a project's folder sees.
public enum WatchEvent: Hashable, Sendable {
    /// Files changed, and have been left alone since for the debounce time.
    case changed(SourceChange)
    /// The project's folder is gone: deleted, renamed, or its disk was taken away.
    case missing
    /// It is there again; a ``changed(_:)`` follows where its contents differ.
    case back
    /// Changes are looked for at intervals from now on, for this reason.
    case polling(reason: String)
    /// Each change leads to the next: this file is written whenever the project is built.
    case loop(file: String, times: Int)
}

/// Watches the folder of one project.
public protocol SourceWatching: Sendable {
    /// How it looks for changes at present: `inotify` or `polling`.
    var method: String { get }

    /// Begins to watch; every change after the call counts, also one that comes before the first element is asked for.
    /// Ends with the task or when the stream is dropped, and leaves no descriptor.
    /// - Throws: `file_system` where the folder cannot be read at all.
    func events() async throws -> AsyncStream<WatchEvent>

    /// Takes the present contents as seen, so that what the tool itself is about to do is no change.
    func settle() async

    /// Says that the newest code answers or has failed, and no rebuild runs any more; also after the first build. To be
    /// called before anybody can see the new code answer. What changed between a ``WatchEvent/changed(_:)`` and this may
    /// be the rebuild's own doing, which is how loops are found; nothing that changed is forgotten.
    func rebuildEnded() async
}

extension SourceWatching {
    /// Ignores it: not every watch looks for loops.
    public func rebuildEnded() async {}
}
