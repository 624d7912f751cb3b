import CProcess
import Foundation
import FuncKit

/// What this machine offers to lock functions in: each ability is tried, and shown as a fact.
///
/// None of them is needed: without them a function is a plain process of the user with resource limits.
struct SandboxExamination: Sendable {
    /// Tries everything. Starts short-lived processes, so it blocks for some milliseconds.
    func findings() -> [DoctorFinding] {
        [
            ability("no-new-privs", "no_new_privs", hks_try_no_new_privileges(), "functions cannot gain privileges"),
            ability("user-namespaces", "user namespaces", hks_try_user_namespace(), "can be made by this user"),
            landlock(),
            ability("seccomp", "seccomp", hks_try_seccomp(), "filters of system calls can be set"),
            cgroup(),
        ]
    }

    private func ability(_ id: String, _ title: String, _ error: Int32, _ yes: String) -> DoctorFinding {
        finding(id, title, error == 0 ? nil : "not available: \(String(cString: strerror(error)))", yes)
    }

    private func landlock() -> DoctorFinding {
        let version = hks_landlock_version()
        let reason = version < 0 ? "not available: \(String(cString: strerror(-version)))" : nil
        return finding("landlock", "Landlock", reason, "version \(version) of its interface")
    }

    private func cgroup() -> DoctorFinding {
        let path = Self.ownGroup()
        guard hks_has_cgroup2() else {
            return finding(
                "cgroup",
                "cgroup v2",
                "not mounted at /sys/fs/cgroup",
                ""
            )
        }
        let folder = "/sys/fs/cgroup" + (path == "/" ? "" : path)
        let mayWrite = access(folder + "/cgroup.procs", W_OK) == 0
        return finding(
            "cgroup",
            "cgroup v2",
            mayWrite ? nil : "mounted, but '\(path)' is not delegated to this user",
            "group '\(path)' may be divided"
        )
    }

    /// The line `0::/user.slice/…` of the process's own entry names its group of version 2.
    private static func ownGroup() -> String {
        let text = FileManager.default.contents(atPath: "/proc/self/cgroup").map { String(decoding: $0, as: UTF8.self) }
        let line = text?.split(separator: "\n").first { $0.hasPrefix("0::") }
        return line.map { String($0.dropFirst(3)) } ?? "/"
    }

    private func finding(_ id: String, _ title: String, _ reason: String?, _ yes: String) -> DoctorFinding {
        DoctorFinding("sandbox.\(id)", .sandbox, reason == nil ? .ok : .note, title, reason ?? yes)
    }
}
