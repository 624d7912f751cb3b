import Foundation

/// Opens the system libraries that are opened on first use.
enum LibraryExamination {
    static func findings() async -> [DoctorFinding] {
        [
            await finding("libcurl", "needed to talk to any server", isNeeded: true) { try CurlLibrary.load() },
            await finding("libarchive", "needed to pack and unpack sources", isNeeded: true) {
                do {
                    try ArchiveLibrary.load()
                } catch let error as ArchiveError {
                    throw error.funcError(archive: "")
                }
            },
            await finding("libgit2", "needed for 'hks-func init' from Git", isNeeded: false) {
                try GitLibrary.load()
            },
        ]
    }

    private static func finding(
        _ name: String,
        _ purpose: String,
        isNeeded: Bool,
        _ load: @escaping @Sendable () throws -> Void
    ) async -> DoctorFinding {
        let id = "library.\(name)"
        do {
            try await BlockingWork.run(name) { _ in try load() }
            return DoctorFinding(id, .libraries, .ok, name, "can be opened; \(purpose)")
        } catch {
            let error = error as? FuncError
            return DoctorFinding(
                id,
                .libraries,
                isNeeded ? .error : .warning,
                name,
                "cannot be opened; \(purpose)" + (error?.cause.map { ": \($0)" } ?? ""),
                fix: error?.hint,
                missing: isNeeded
            )
        }
    }
}
