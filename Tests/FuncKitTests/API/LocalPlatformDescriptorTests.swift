import Foundation
import FuncKit
import TestSupport
import Testing

@Suite struct LocalPlatformDescriptorTests {
    @Test func `reads what the platform wrote`() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            #"{"pid":7,"url":"http://127.0.0.1:8787","token":"t","started_at":"2026-01-01T00:00:00Z","port":8787,"version":"1","x":1}"#,
            to: "platform.json"
        )
        let descriptor = try LocalPlatformDescriptor.read(runFolder: folder.path)
        #expect(descriptor.pid == 7)
        #expect(descriptor.url == "http://127.0.0.1:8787")
        #expect(descriptor.token == "t")
        #expect(descriptor.startedAt == Date(timeIntervalSince1970: 1_767_225_600))
    }

    @Test func `no file means that nothing runs`() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: FuncError.self) { try LocalPlatformDescriptor.read(runFolder: folder.path) }
        #expect(error?.code == .platformNotRunning)
        #expect(error?.hint == "start it with 'hks-func platform start'")
    }

    @Test(arguments: ["", "{", "{}", "[]"])
    func `a damaged file is an error of its own`(text: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(text, to: "platform.json")
        let error = #expect(throws: FuncError.self) { try LocalPlatformDescriptor.read(runFolder: folder.path) }
        #expect(error?.code == .fileSystem)
    }
}
