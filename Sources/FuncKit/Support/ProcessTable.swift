import Foundation
import Glibc

/// A process as the kernel describes it in `/proc/<pid>/stat`.
package struct ProcessStatus: Sendable, Hashable {
    /// Process id.
    package var id: Int32
    /// `R`, `S`, `Z` …
    package var state: Character
    /// Process group.
    package var group: Int32
    /// Session; for all that a child of ours starts, the child's process id.
    package var session: Int32
    /// Clock ticks from boot to its start; with the boot id it tells a process from a later one of the same number.
    package var startTime: UInt64
    /// Processor time that it used so far, and its children that have ended, in seconds.
    package var cpuSeconds: Double

    /// Whether it has ended and only waits to be reaped.
    package var isZombie: Bool { state == "Z" || state == "X" }
}

/// Looks at processes through `/proc`.
package enum ProcessTable {
    /// The process of that number, or nil if there is none.
    package static func status(of processID: Int32) -> ProcessStatus? {
        guard let data = read("/proc/\(processID)/stat") else { return nil }
        // The second field is the program's name in parentheses; it may itself hold blanks and parentheses.
        guard let end = data.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = String(decoding: data[(end + 1)...], as: UTF8.self).split(separator: " ")
        guard fields.count > 19, let state = fields[0].first, let group = Int32(fields[2]),
            let session = Int32(fields[3]), let startTime = UInt64(fields[19])
        else { return nil }
        // utime, stime, and both again of the children that were waited for.
        let ticks = fields[11...14].reduce(0) { $0 + (Double($1) ?? 0) }
        return ProcessStatus(
            id: processID,
            state: state,
            group: group,
            session: session,
            startTime: startTime,
            cpuSeconds: ticks / ticksPerSecond
        )
    }

    /// Every process there is, as far as this one may see.
    package static func all() -> [ProcessStatus] {
        // An unreadable /proc means that there is nothing to be seen.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0).flatMap(status(of:)) }
    }

    /// Processes of a session that still run.
    package static func members(ofSession session: Int32) -> [ProcessStatus] {
        all().filter { $0.session == session && !$0.isZombie }
    }

    /// Memory of its own that a process holds: resident pages without those of files and shared memory.
    package static func privateBytes(of processID: Int32) -> Int {
        guard let data = read("/proc/\(processID)/statm") else { return 0 }
        let fields = String(decoding: data, as: UTF8.self).split(separator: " ")
        guard fields.count > 2, let resident = Int(fields[1]), let shared = Int(fields[2]) else { return 0 }
        return max(0, resident - shared) * pageSize
    }

    /// Seconds since a process started.
    package static func age(of process: ProcessStatus) -> Double {
        var now = timespec()
        // Start times count from the machine's start, its sleep included (proc(5)).
        clock_gettime(CLOCK_BOOTTIME, &now)
        let uptime = Double(now.tv_sec) + Double(now.tv_nsec) / 1_000_000_000
        return max(0, uptime - Double(process.startTime) / ticksPerSecond)
    }

    /// Resident memory of a process, shared pages included.
    package static func residentBytes(of processID: Int32) -> Int {
        guard let data = read("/proc/\(processID)/statm") else { return 0 }
        let fields = String(decoding: data, as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * pageSize : 0
    }

    /// Whether a process was started with this variable.
    package static func hasVariable(_ assignment: String, processID: Int32) -> Bool {
        guard let data = read("/proc/\(processID)/environ") else { return false }
        return data.split(separator: 0).contains { $0.elementsEqual(assignment.utf8) }
    }

    /// Changes with every start of the machine.
    package static let bootID: String = {
        let data = read("/proc/sys/kernel/random/boot_id") ?? []
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }()

    private static let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))
    private static let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))

    /// Files in `/proc` have no size, so they are read until their end; nil where the process is gone meanwhile.
    private static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { return content }
            content.append(contentsOf: buffer[..<count])
        }
    }
}
