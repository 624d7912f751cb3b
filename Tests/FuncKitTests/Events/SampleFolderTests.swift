import Foundation
import FuncKit
import Glibc
import TestSupport
import Testing

struct SampleFolderTests {
    private let folder: TemporaryFolder
    private let samples: SampleFolder

    init() throws {
        folder = try TemporaryFolder("samples")
        samples = SampleFolder(project: folder.path)
    }

    @Test func `samples are files of JSON, by name`() throws {
        #expect(try samples.names() == [])
        for name in ["b.json", "a.jsonl", "c.ndjson", ".hidden.json", "notes.md", "B.json"] {
            try folder.write("{}", to: "events/\(name)")
        }
        #expect(try samples.names() == ["B.json", "a.jsonl", "b.json", "c.ndjson"])
    }

    @Test func `a file in the place of the folder is a fault`() throws {
        try folder.write("{}", to: "events")
        let error = #expect(throws: FuncError.self) { try samples.names() }
        #expect(error?.code == .fileSystem)
    }

    @Test func `what is no file, gone or too long is refused without reading it`() throws {
        try folder.write("", to: "events/large.json")
        #expect(truncate(folder.path("events/large.json"), off_t(100 << 20)) == 0)
        #expect(mkfifo(folder.path("events/pipe.json"), 0o600) == 0)
        try FileManager.default.createDirectory(
            atPath: folder.path("events/folder.json"),
            withIntermediateDirectories: false
        )
        for (name, message) in [
            ("large.json", "has 104857600 bytes"), ("pipe.json", "is no file"), ("folder.json", "is no file"),
            ("gone.json", "cannot read the sample 'events/gone.json'"),
        ] {
            let error = #expect(throws: FuncError.self) { _ = try samples.read(name) }
            #expect(error?.message.contains(message) == true, "\(name): \(error?.message ?? "")")
        }
    }
}
