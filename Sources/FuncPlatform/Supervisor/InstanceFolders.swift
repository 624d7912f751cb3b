import Foundation
import FuncKit

/// Where one instance keeps what is its own.
struct InstancePlace: Sendable, Hashable {
    /// Holds all below except the socket.
    var folder: String
    /// `HOME` of the process.
    var home: String
    /// `TMPDIR` of the process.
    var temporary: String
    /// Tells a later platform process what to clean up.
    var record: String
    /// Where the process is to listen.
    var socket: String

    /// `HKS_SECRETS_DIR` of a process that gets secrets as files.
    var secrets: String { folder + "/secrets" }
}

/// The folders of all instances: `run/instances/<id>/`, and their sockets in a folder with a short path.
struct InstanceFolders: Sendable {
    /// Linux keeps a socket's path in 108 bytes.
    static let maxSocketPathBytes = 100

    private let instances: String
    /// Holds sockets; only this user can open them.
    let sockets: String
    /// Whether it lies outside of the data folder.
    private let isFar: Bool

    /// Makes both folders, readable by the owner only.
    init(dataFolder: String, temporaryFolder: String) throws {
        instances = dataFolder + "/run/instances"
        try PrivateFolder.make(dataFolder + "/run", as: "folder")
        try PrivateFolder.make(instances, as: "folder")
        let near = dataFolder + "/run/s"
        isFar = near.utf8.count + 1 + Self.socketNameLength >= Self.maxSocketPathBytes
        if !isFar {
            try PrivateFolder.make(near, as: "folder")
            sockets = near
        } else {
            sockets = try Self.makeFarSocketFolder(dataFolder: dataFolder, temporaryFolder: temporaryFolder)
        }
    }

    /// Makes the folders of an instance with the files of its secrets; what cannot be made whole leaves nothing behind.
    func make(_ id: InstanceID, _ secrets: InstanceSecrets) throws -> InstancePlace {
        let place = try make(id)
        do {
            try secrets.write(to: place.secrets)
            return place
        } catch {
            remove(place)
            throw error
        }
    }

    /// Makes the folders of an instance.
    func make(_ id: InstanceID) throws -> InstancePlace {
        let place = place(id, socket: sockets + "/" + Self.randomText(length: Self.socketNameLength))
        try PrivateFolder.make(place.folder, as: "folder")
        try PrivateFolder.make(place.home, as: "folder")
        try PrivateFolder.make(place.temporary, as: "folder")
        return place
    }

    /// Removes all of an instance.
    func remove(_ place: InstancePlace) {
        // What cannot be removed now is removed at the next start.
        try? FileManager.default.removeItem(atPath: place.socket)
        try? FileManager.default.removeItem(atPath: place.folder)
    }

    /// Instances of which something is left on disk, with their records where they have one.
    func leftovers() -> [(name: String, place: InstancePlace, record: InstanceRecord?)] {
        // A folder that cannot be listed has nothing to be cleaned up.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: instances)) ?? []
        return names.map { name in
            var place = place(InstanceID(rawValue: name), socket: sockets + "/none")
            let record = InstanceRecord.read(place.record)
            if let record { place.socket = record.socket }
            return (name, place, record)
        }
    }

    /// Removes sockets that no folder names any more.
    func removeSockets() {
        // A stray socket is in nobody's way.
        for name in (try? FileManager.default.contentsOfDirectory(atPath: sockets)) ?? [] {
            try? FileManager.default.removeItem(atPath: sockets + "/" + name)
        }
    }

    /// Removes the folder for sockets where it lies outside of the data folder and has nothing in it any more.
    func removeFarSocketFolder() {
        // One that is not empty is still somebody's.
        if isFar { rmdir(sockets) }
    }

    private func place(_ id: InstanceID, socket: String) -> InstancePlace {
        let folder = instances + "/" + id.rawValue
        return InstancePlace(
            folder: folder,
            home: folder + "/work",
            temporary: folder + "/tmp",
            record: folder + "/record.json",
            socket: socket
        )
    }

    /// Lower-case letters and digits, without those that are easily mixed up.
    static func randomText(length: Int) -> String {
        let characters = Array("bcdfghjkmnpqrstvwxz23456789")
        return String((0..<length).compactMap { _ in characters.randomElement() })
    }

    private static let socketNameLength = 8

    /// One folder per data folder and user. Others may write to the temporary folder, so only one that is ours counts.
    private static func makeFarSocketFolder(dataFolder: String, temporaryFolder: String) throws -> String {
        let name = "/hks-\(getuid())-\(Digest.sha256(Data(dataFolder.utf8)).prefix(12))"
        let isShort = temporaryFolder.utf8.count + name.utf8.count + 1 + socketNameLength < maxSocketPathBytes
        let path = (isShort ? temporaryFolder : "/tmp") + name
        if mkdir(path, 0o700) != 0 && errno != EEXIST {
            throw FuncError(.fileSystem, "could not create folder '\(path)'", cause: String(cString: strerror(errno)))
        }
        // `lstat` would say the same, but which module its structure belongs to depends on the order of compilation.
        let status = try? FileManager.default.attributesOfItem(atPath: path)
        guard let status, status[.type] as? FileAttributeType == .typeDirectory,
            (status[.ownerAccountID] as? NSNumber)?.uint32Value == getuid(),
            let mode = status[.posixPermissions] as? Int, mode & 0o077 == 0
        else {
            throw FuncError(.fileSystem, "'\(path)' is not a private folder of this user", hint: "remove '\(path)'")
        }
        return path
    }
}
