import Foundation
import FuncKit

/// The health of a platform's data folder. Nothing in it is changed except that, where that is wanted, folders are made
/// and files of a run that is over are removed; data is never deleted.
struct DataExamination: Sendable {
    /// Less than this and builds begin to fail.
    private static let scarceBytes: Int64 = 512 << 20
    /// Databases beyond this take longer to read than anyone wants to wait here.
    private static let largestDatabase = 256 << 20

    let location: PlatformLocation
    let state: PlatformState
    let isRepairing: Bool

    /// Reads the whole database, so it blocks for a while.
    func findings() -> [DoctorFinding] {
        guard FileManager.default.fileExists(atPath: location.dataFolder) else { return [absence(), space()] }
        return [database(), space(), staleRun(), leftovers()]
    }

    private func absence() -> DoctorFinding {
        let finding = DoctorFinding(
            "data.folder",
            .data,
            .ok,
            "data folder",
            "'\(location.dataFolder)' is not there yet; the first deploy makes it"
        )
        guard isRepairing else { return finding }
        return finding.repaired(saying: "made '\(location.dataFolder)'") { try location.prepare() }
    }

    private func database() -> DoctorFinding {
        func finding(_ status: DoctorFinding.Status, _ message: String, fix: String? = nil) -> DoctorFinding {
            DoctorFinding("data.database", .data, status, "database", message, fix: fix)
        }
        let attributes = try? FileManager.default.attributesOfItem(atPath: location.database)
        guard let size = (attributes?[.size] as? NSNumber)?.intValue else { return finding(.ok, "not there yet") }
        guard size <= Self.largestDatabase else {
            return finding(.note, "\(Self.text(size)), too large to be checked here; every start of the platform does")
        }
        do {
            try Registry.check(path: location.database)
            return finding(.ok, "sound (\(Self.text(size)))")
        } catch let error as FuncError {
            return finding(.error, error.message, fix: error.hint)
        } catch {
            return finding(.error, "'\(location.database)' cannot be opened: \(error)", fix: "look at its permissions")
        }
    }

    private func space() -> DoctorFinding {
        var folder = location.dataFolder
        while !FileManager.default.fileExists(atPath: folder), folder != "/" {
            folder = URL(fileURLWithPath: folder).deletingLastPathComponent().path
        }
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value else {
            return DoctorFinding("data.space", .data, .note, "disk space", "cannot be read")
        }
        let isScarce = free < Self.scarceBytes
        return DoctorFinding(
            "data.space",
            .data,
            isScarce ? .warning : .ok,
            "disk space",
            "\(Self.text(Int(free))) free at '\(folder)'",
            fix: isScarce ? "free some space: builds and logs need it" : nil
        )
    }

    // MARK: What earlier runs left

    private func staleRun() -> DoctorFinding {
        let (id, title) = ("data.run", "run files")
        switch state {
        case .running(let platform):
            return DoctorFinding(id, .data, .ok, title, "of the platform that runs (process \(platform.pid))")
        case .starting(let processID):
            let who = processID.map { " (process \($0))" } ?? ""
            return DoctorFinding(id, .data, .note, title, "a platform\(who) is starting or stopping")
        case .stopped, .stale: break
        }
        let stale = [location.stateFile, location.apiSocket].filter { FileManager.default.fileExists(atPath: $0) }
        guard let first = stale.first else { return DoctorFinding(id, .data, .ok, title, "none left behind") }
        let finding = DoctorFinding(
            id,
            .data,
            .warning,
            title,
            "'\(first)' is left of a platform that ended without cleaning up",
            fix: "run 'hks-func doctor --fix', or start the platform"
        )
        guard isRepairing else { return finding }
        return finding.repaired(saying: "removed " + stale.map { "'\($0)'" }.joined(separator: " and ")) {
            for path in stale { try FileManager.default.removeItem(atPath: path) }
        }
    }

    private func leftovers() -> DoctorFinding {
        let (id, title) = ("data.leftovers", "leftovers")
        if case .running = state {
            return DoctorFinding(id, .data, .ok, title, "the platform that runs looks after them")
        }
        let kinds = [
            ("instance", count(location.run + "/instances")),
            ("unfinished build", count(location.bundles + "/building")),
        ]
        let texts = kinds.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)\($0.1 == 1 ? "" : "s")" }
        guard !texts.isEmpty else { return DoctorFinding(id, .data, .ok, title, "none") }
        return DoctorFinding(
            id,
            .data,
            .note,
            title,
            texts.joined(separator: " and ") + " of a platform that was killed; the next start removes them",
            fix: "run 'hks-func platform start'"
        )
    }

    private func count(_ folder: String) -> Int {
        // A folder that is not there holds nothing.
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).count
    }

    private static func text(_ bytes: Int) -> String { ByteCount.text(bytes) }
}
