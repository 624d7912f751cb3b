import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct InstanceEnvironmentTests {
    @Test func `holds the contract, and nobody can set its variables`() throws {
        let variables = environment([
            "PORT": "1", "K_SERVICE": "x", "HKS_HANDLER": "x", "COLOUR": "blue", "HOME": "/mine",
        ])
        #expect(variables["PORT"] == "20001")
        #expect(variables["K_SERVICE"] == "hello")
        #expect(variables["K_CONFIGURATION"] == "hello")
        #expect(variables["K_REVISION"] == "hello-v3")
        #expect(variables["HKS_LISTEN_UNIX"] == "/run/s/abc")
        #expect(variables["HKS_LISTEN_HOST"] == "127.0.0.1")
        #expect(variables["HKS_FUNCTION_NAME"] == "hello")
        #expect(variables["HKS_FUNCTION_VERSION"] == "3")
        #expect(variables["HKS_WORKSPACE_NAME"] == "w")
        #expect(variables["HKS_PROJECT_ID"] == "p")
        #expect(variables["HKS_RUNTIME"] == "python3.11")
        #expect(variables["HKS_TYPE"] == "http")
        #expect(variables["HKS_HANDLER"] == "main.handler")
        #expect(variables["HKS_TIMEOUT_SECONDS"] == "30")
        #expect(variables["HKS_DRAIN_SECONDS"] == "10")
        #expect(variables["HKS_CONCURRENCY"] == "7")
        #expect(variables["HKS_MAX_BODY_BYTES"] == "10485760")
        #expect(variables["HKS_MEMORY_LIMIT_MB"] == "128")
        #expect(variables["TMPDIR"] == "/run/tmp")
        #expect(variables["PATH"] == "/bin")
        #expect(variables["COLOUR"] == "blue")
        #expect(variables["HOME"] == "/mine")
        #expect(variables["SECRET_OF_THE_PLATFORM"] == nil)
    }

    @Test func `joins search paths of the user and the bundle`() {
        #expect(environment([:])["PYTHONPATH"] == "/b/deps")
        #expect(environment(["PYTHONPATH": "lib"])["PYTHONPATH"] == "lib:/b/deps")
        #expect(environment(["NODE_PATH": "x"])["NODE_PATH"] == "x")
        #expect(environment(["PATH": "/only"])["PATH"] == "/only")
    }

    @Test(arguments: [
        ("64Mi", 64 << 20), ("1G", 1_000_000_000), ("", 256 << 20), ("0", 256 << 20), ("lots", 256 << 20),
    ])
    func `takes the memory limit from the manifest, or the default`(text: String, bytes: Int) {
        #expect(InstanceEnvironment.memoryBytes(Resources(memory: text)) == bytes)
    }

    @Test func `uses a short folder for sockets where the data folder's path is long`() throws {
        let folder = try TemporaryFolder("sockets")
        let deep = folder.path(String(repeating: "deep/", count: 20) + "data")
        let place = try InstanceFolders(dataFolder: deep, temporaryFolder: folder.path).make(InstanceID(rawValue: "i"))
        #expect(place.socket.utf8.count < 100)
        #expect(place.socket.hasPrefix(folder.path))
        let near = try InstanceFolders(dataFolder: folder.path, temporaryFolder: "/tmp").make(InstanceID(rawValue: "i"))
        #expect(near.socket.hasPrefix(folder.path("run/s/")))
    }

    @Test func `the folder for sockets goes with the last of them, and only where it lies elsewhere`() throws {
        let folder = try TemporaryFolder("sockets")
        let deep = folder.path(String(repeating: "deep/", count: 20) + "data")
        let far = try InstanceFolders(dataFolder: deep, temporaryFolder: folder.path)
        let socket = far.sockets + "/one"
        try Data().write(to: URL(fileURLWithPath: socket))
        far.removeFarSocketFolder()
        #expect(FileManager.default.fileExists(atPath: socket))
        try FileManager.default.removeItem(atPath: socket)
        far.removeFarSocketFolder()
        #expect(!FileManager.default.fileExists(atPath: far.sockets))
        let near = try InstanceFolders(dataFolder: folder.path, temporaryFolder: "/tmp")
        near.removeFarSocketFolder()
        #expect(FileManager.default.fileExists(atPath: near.sockets))
    }

    @Test func `refuses a socket folder that others can write to`() throws {
        let folder = try TemporaryFolder("sockets")
        let deep = folder.path(String(repeating: "deep/", count: 20) + "data")
        let place = try InstanceFolders(dataFolder: deep, temporaryFolder: folder.path).make(InstanceID(rawValue: "i"))
        let sockets = URL(fileURLWithPath: place.socket).deletingLastPathComponent().path
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: sockets)
        let error = #expect(throws: FuncError.self) {
            try InstanceFolders(dataFolder: deep, temporaryFolder: folder.path)
        }
        #expect(error?.code == .fileSystem)
    }

    private func environment(_ user: [String: String]) -> [String: String] {
        let bundle = Bundle(
            digest: "d",
            folder: "/b",
            command: ["python3"],
            environment: ["PYTHONPATH": "/b/deps"],
            workingFolder: "/b/app",
            listensOnUnixSocket: true
        )
        var settings = FunctionSettings(runtime: "python3.11", handler: "main.handler")
        settings.environment = user
        settings.timeout = 30
        return InstanceEnvironment(
            spec: InstanceSpec(
                workspace: "w",
                project: "p",
                functionID: "f",
                functionName: "hello",
                versionID: "v",
                versionNumber: 3,
                bundle: bundle,
                settings: settings
            ),
            place: InstancePlace(
                folder: "/run",
                home: "/run/work",
                temporary: "/run/tmp",
                record: "/run/record.json",
                socket: "/run/s/abc"
            ),
            port: 20_001,
            concurrency: 7,
            memoryBytes: 128 << 20,
            configuration: PlatformConfiguration(
                dataFolder: "/d",
                programVersion: "1",
                hostsFolder: "/h",
                environment: ["PATH": "/bin", "SECRET_OF_THE_PLATFORM": "x"]
            )
        ).variables
    }
}
