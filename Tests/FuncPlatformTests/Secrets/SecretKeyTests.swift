import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct SecretKeyTests {
    private let folder: TemporaryFolder
    private let file: SecretKeyFile

    init() throws {
        folder = try TemporaryFolder("keys")
        file = SecretKeyFile(path: folder.path("data/keys/secrets.key"))
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func `a key is made once, closed to others, and found again`() throws {
        #expect(try file.read() == nil)
        let key = try file.create()
        #expect(try mode(file.path) == 0o600)
        #expect(try mode(folder.path("data/keys")) == 0o700)
        #expect(FileManager.default.contents(atPath: file.path)?.count == 32)
        #expect(try file.read()?.id == key.id)
        let bytes = FileManager.default.contents(atPath: file.path)
        #expect(try file.create().id == key.id, "the key that is there counts")
        #expect(FileManager.default.contents(atPath: file.path) == bytes)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("data/keys")) == ["secrets.key"])
    }

    @Test(arguments: [0o640, 0o604, 0o666])
    func `a key that others may read is refused with the way out`(mode: Int) throws {
        _ = try file.create()
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
        let error = #expect(throws: FuncError.self) { try file.read() }
        #expect(error?.code == .secretKeyInvalid)
        #expect(error?.hint == "chmod 600 '\(file.path)'")
    }

    @Test(arguments: [0, 31, 33])
    func `a damaged key is refused and left alone`(count: Int) throws {
        _ = try file.create()
        let damaged = Data(repeating: 7, count: count)
        try damaged.write(to: URL(fileURLWithPath: file.path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        let error = #expect(throws: FuncError.self) { try file.read() }
        #expect(error?.code == .secretKeyInvalid)
        #expect(error?.message.contains("damaged") == true)
        #expect(FileManager.default.contents(atPath: file.path) == damaged)
    }

    @Test func `a link or a folder in the place of the key is refused`() throws {
        _ = try file.create()
        try FileManager.default.moveItem(atPath: file.path, toPath: folder.path("elsewhere"))
        try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: folder.path("elsewhere"))
        #expect(throws: FuncError.self) { try file.read() }
        try FileManager.default.removeItem(atPath: file.path)
        try FileManager.default.createDirectory(atPath: file.path, withIntermediateDirectories: false)
        #expect(throws: FuncError.self) { try file.read() }
    }

    @Test func `a sealed value opens for its owner alone`() throws {
        let key = SecretKey(Data(repeating: 1, count: 32))
        let owner = SecretKey.Owner(project: "p", name: "db", revision: 2)
        let value = Data("hunter2".utf8)
        let sealed = try key.seal(value, for: owner)
        #expect(try key.open(sealed, for: owner) == value)
        #expect(try key.seal(value, for: owner) != sealed, "each has a nonce of its own")
        var flipped = sealed
        flipped[flipped.startIndex + 14] ^= 1
        let others = [("q", "db", 2), ("p", "dc", 2), ("p", "db", 1)].map(SecretKey.Owner.init)
        for (bytes, owner) in others.map({ (sealed, $0) }) + [(flipped, owner), (Data(), owner)] {
            let error = #expect(throws: FuncError.self) { try key.open(bytes, for: owner) }
            #expect(error?.code == .secretKeyInvalid)
        }
        let other = SecretKey(Data(repeating: 2, count: 32))
        #expect(other.id != key.id)
        #expect(throws: FuncError.self) { try other.open(sealed, for: owner) }
    }
}
