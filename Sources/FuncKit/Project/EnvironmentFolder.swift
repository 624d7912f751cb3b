import Foundation

/// Looks for files of variables that lie where, or are called so that, no command reads them.
struct EnvironmentFolder {
    /// Ends of the names of files that are there to be copied.
    private static let patterns: Set = ["example", "sample", "template", "dist"]

    /// Folder of the project.
    let root: String
    /// Profiles that the manifest defines.
    let profiles: [String]
    /// Files that options name, which are read wherever they lie.
    let optionFiles: [String]

    /// What was found, for a command that was started in `folder`.
    func notices(seenFrom folder: String) -> [EnvironmentNotice] {
        // A folder that cannot be listed has been complained about when its manifest was read.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let unread = names.sorted().compactMap { name in
            optionFiles.contains(root + "/" + name) ? nil : notice(of: name)
        }
        return unread + misplaced(seenFrom: folder, hasOwn: names.contains { $0 == ".env" || $0.hasPrefix(".env.") })
    }

    private func notice(of name: String) -> EnvironmentNotice? {
        guard name.hasPrefix(".env."), !name.hasSuffix("~"), !name.hasSuffix(".swp") else { return nil }
        var profile = String(name.dropFirst(".env.".count))
        if profile == "local" || Self.patterns.contains(profile.split(separator: ".").last.map(String.init) ?? "") {
            return nil
        }
        let isLocal = profile.hasSuffix(".local")
        if isLocal { profile = String(profile.dropLast(".local".count)) }
        if profiles.contains(profile) { return nil }
        let meant = profiles.first { $0.hasPrefix(profile) } ?? NearestMatch.of(profile, in: profiles)
        let hint =
            meant.map { "did you mean '.env.\($0)\(isLocal ? ".local" : "")'?" }
            ?? "add the profile to 'profiles', or read the file with --env-file \(name)"
        return EnvironmentNotice("'\(name)' is never read: function.yaml has no profile '\(profile)'", hint: hint)
    }

    /// In the folder that one works in, below the project's; and above it, where the project has none of its own.
    private func misplaced(seenFrom folder: String, hasOwn: Bool) -> [EnvironmentNotice] {
        var places: [String] = []
        if folder != root, folder.hasPrefix(root + "/") { places.append(folder) }
        if !hasOwn { places.append(URL(fileURLWithPath: root).deletingLastPathComponent().path) }
        return places.map { $0 == "/" ? "/.env" : $0 + "/.env" }
            .filter { FileManager.default.fileExists(atPath: $0) && !optionFiles.contains($0) }
            .map { path in
                EnvironmentNotice(
                    "'\(path)' is not read: files of variables lie beside function.yaml",
                    hint: "move it to '\(root)', or read it with --env-file"
                )
            }
    }
}
