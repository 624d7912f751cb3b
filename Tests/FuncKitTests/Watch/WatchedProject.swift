import Foundation
import SystemPackage
import TestSupport

@testable import FuncKit

/// A project that is watched, with time that moves only while something is waited for.
final class Watched: Sendable {
    let folder: TemporaryFolder
    let watcher: SourceWatcher
    let clock = TestSupport.ManualClock()
    private let seen = MutexBox<[WatchEvent]>([])
    private let task = MutexBox<Task<Void, Never>?>(nil)

    init(
        _ files: [String: String] = ["function.yaml": manifest, "main.py": "1"],
        at name: String? = nil,
        settings: WatchSettings = WatchSettings(),
        prepare: (TemporaryFolder) throws -> Void = { _ in },
        makeNotifier: @escaping TreeObserver.MakeNotifier = { () throws(Errno) in try SystemNotifier.make() }
    ) async throws {
        let folder = try TemporaryFolder("watch")
        self.folder = folder
        for (name, text) in files { try folder.write(text, to: name) }
        try prepare(folder)
        watcher = SourceWatcher(
            folder: name.map { folder.path($0) } ?? folder.path,
            settings: settings,
            clock: clock,
            makeNotifier: makeNotifier
        )
        let events = try await watcher.events()
        let seen = seen
        task.mutate { $0 = Task { for await event in events { seen.mutate { $0.append(event) } } } }
    }

    var events: [WatchEvent] { seen.current }

    func end() { task.current?.cancel() }

    /// The event with this number, from 0 on.
    func event(_ index: Int, within deadline: Duration = .seconds(60)) async throws -> WatchEvent {
        try await eventually("event \(index) of \(events)", within: deadline) {
            clock.advance(by: .milliseconds(5))
            return events.count > index ? events[index] : nil
        }
    }

    /// The paths of the change with this number.
    func paths(_ index: Int) async throws -> [String] {
        guard case .changed(let change) = try await event(index) else { return ["\(events[index])"] }
        return change.paths
    }

    func rename(_ name: String, to other: String) throws {
        guard Foundation.rename(folder.path(name), folder.path(other)) == 0 else { throw Errno(rawValue: errno) }
    }

    static let manifest = "name: hello\nruntime: python3.11\ntype: http\n"
}

/// Watches nothing, because there is no room.
final class FullNotifier: FolderNotifier {
    private let error: Errno

    init(_ error: Errno) { self.error = error }

    func watch(_ path: [UInt8]) throws(Errno) -> Int32 { throw error }
    func unwatch(_ watch: Int32) {}
    func drain() -> [FolderEvent] { [] }
    func start(onReadable: @escaping @Sendable () -> Void) -> Bool { true }
    func resume() {}
    func stop() {}
}

/// Tells only that it lost count.
final class LossyNotifier: FolderNotifier, Sendable {
    private let handler = MutexBox<(@Sendable () -> Void)?>(nil)
    private let isLost = MutexBox(false)
    private let onFree: @Sendable () -> Void

    init(onFree: @escaping @Sendable () -> Void = {}) { self.onFree = onFree }

    deinit { onFree() }

    func loseCount() {
        isLost.mutate { $0 = true }
        handler.current?()
    }

    func watch(_ path: [UInt8]) throws(Errno) -> Int32 { 1 }
    func unwatch(_ watch: Int32) {}

    func drain() -> [FolderEvent] {
        let isLost = isLost.mutate { lost in
            defer { lost = false }
            return lost
        }
        return isLost ? [FolderEvent(watch: -1, name: [], kinds: .overflow)] : []
    }

    func start(onReadable: @escaping @Sendable () -> Void) -> Bool {
        handler.mutate { $0 = onReadable }
        return true
    }

    func resume() {}
    func stop() {}
}

extension Watched {
    /// A project on a system that has no room: for an instance, or for a watch in one.
    static func withoutRoom(forInstances: Bool) async throws -> Watched {
        try await Watched(makeNotifier: { () throws(Errno) in
            if forInstances { throw .tooManyOpenFiles }
            return FullNotifier(.noSpace)
        })
    }

    /// A project whose notifier tells when it is freed.
    static func telling(_ onFree: @escaping @Sendable () -> Void) async throws -> Watched {
        try await Watched(makeNotifier: { () throws(Errno) in LossyNotifier(onFree: onFree) })
    }

    /// A project with a notifier of the test's own.
    static func with(_ notifier: LossyNotifier) async throws -> Watched {
        try await Watched(makeNotifier: { () throws(Errno) in notifier })
    }
}
