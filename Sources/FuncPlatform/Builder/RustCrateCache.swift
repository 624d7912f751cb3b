import Foundation
import FuncKit

/// Compiled dependencies of Rust functions, shared by all that have the same ones.
struct RustCrateCache: Sendable {
    let context: BuildContext
    let workspace: RustWorkspace

    private var cache: BuildCache { BuildCache(folder: context.cacheFolder) }

    /// Puts the dependencies that another function has compiled where Cargo looks for its own.
    func restore() async throws {
        guard let key = try lock()?.key(workspace.key) else { return }
        if try await cache.restore(key, to: workspace.target + "/release") {
            context.note(.info, "the dependencies of Cargo.toml are taken from the cache")
        }
    }

    /// Keeps what was compiled of the dependencies.
    func store() async throws {
        guard let lock = try lock() else { return }
        let key = lock.key(workspace.key)
        guard !FileManager.default.fileExists(atPath: cache.folder + "/" + key) else { return }
        let staged = workspace.glue + "/crates"
        try await BlockingWork.run("gather dependencies") { [workspace] _ in
            let files = FileManager.default
            if files.fileExists(atPath: staged) { try files.removeItem(atPath: staged) }
            for part in [".fingerprint", "build", "deps"] {
                let source = "\(workspace.target)/release/\(part)"
                guard files.fileExists(atPath: source) else { continue }
                try files.createDirectory(atPath: "\(staged)/\(part)", withIntermediateDirectories: true)
                for name in try files.contentsOfDirectory(atPath: source) where !lock.isOwn(name) {
                    try files.linkItem(atPath: "\(source)/\(name)", toPath: "\(staged)/\(part)/\(name)")
                }
            }
        }
        if FileManager.default.fileExists(atPath: staged) {
            try await cache.store(staged, as: key)
            try await BlockingWork.run("discard copies") { _ in try FileManager.default.removeItem(atPath: staged) }
        }
    }

    private func lock() throws -> CargoLock? {
        FileManager.default.contents(atPath: workspace.lock).map { CargoLock(String(decoding: $0, as: UTF8.self)) }
    }
}

/// A `Cargo.lock`.
struct CargoLock: Sendable {
    /// The entries of crates that come from elsewhere, sorted, and the host's.
    let shared: [String]
    /// Names of the crates that belong to one function, as file names begin with them.
    let own: Set<String>

    init(_ text: String) {
        var (shared, own): ([String], Set<String>) = ([], ["function"])
        for entry in text.components(separatedBy: "[[package]]").dropFirst() {
            guard let name = entry.firstMatch(of: /\nname = "(?<name>[^"]*)"/)?.name else { continue }
            if entry.contains("\nsource = ") || name == "hks-host" {
                shared.append(entry.trimmingCharacters(in: .whitespacesAndNewlines))
            } else {
                own.formUnion([String(name), String(name).replacing("-", with: "_")])
            }
        }
        self.shared = shared.sorted()
        self.own = own
    }

    /// Names the compiled crates in the cache; `base` stands for how they are compiled.
    func key(_ base: String) -> String {
        "rust/crates-" + Digest.sha256(Data(([base] + shared).joined(separator: "\0").utf8))
    }

    /// Whether a file or folder of Cargo's (`libhello-0123456789abcdef.rlib`) belongs to the function itself.
    func isOwn(_ fileName: String) -> Bool {
        guard let dash = fileName.lastIndex(of: "-") else { return true }
        let name = fileName[..<dash]
        return own.contains(String(name)) || (name.hasPrefix("lib") && own.contains(String(name.dropFirst(3))))
    }
}
