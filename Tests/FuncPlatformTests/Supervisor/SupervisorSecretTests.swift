import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

/// Secrets on their way into a real process.
@Suite struct SupervisorSecretTests {
    private static let text = "s3cr3t-värde"
    private static let bytes = Data([0, 1, 255, 254, 10, 13])
    private let references = [
        SecretReference(env: "DB_PASSWORD", secret: "db"), SecretReference(file: "tls/key.bin", secret: "key"),
    ]

    private func fixture(_ values: [SecretReference: Data]) throws -> (SupervisorFixture, Supervisor) {
        let fixture = try SupervisorFixture()
        let supervisor = try Supervisor(
            configuration: fixture.configuration,
            logs: fixture.logs,
            secrets: GivenSecrets(values: values)
        )
        try fixture.folder.write(Self.program, to: "app/program.py")
        return (fixture, supervisor)
    }

    private func spec(_ fixture: SupervisorFixture, _ mode: String = "") -> InstanceSpec {
        var spec = fixture.spec(mode)
        spec.settings.secrets = references
        return spec
    }

    @Test func `come as variables and files, are masked in the log, and go with the instance`() async throws {
        let values = [references[0]: Data(Self.text.utf8), references[1]: Self.bytes]
        let (fixture, supervisor) = try fixture(values)
        let instance = try await supervisor.start(spec(fixture)) { _ in }
        #expect(instance.secretRevisions == ["db": 1, "key": 1])
        let folder = fixture.folder.path("data/run/instances/\(instance.id)/secrets")
        #expect(FileManager.default.contents(atPath: folder + "/tls/key.bin") == Self.bytes)
        let modes = try ["", "/tls", "/tls/key.bin"].map {
            try FileManager.default.attributesOfItem(atPath: folder + $0)[.posixPermissions] as? Int
        }
        #expect(modes == [0o700, 0o700, 0o400])
        let expected = [
            "env ok", "file ok", "raw ***", "base64 ***", "url ***", "structured ***", "halves ***", "err ***",
        ]
        let lines = try await eventually("all lines") {
            let lines = try await fixture.messages()
            return lines.count >= expected.count ? lines : nil
        }
        #expect(Set(lines) == Set(expected))
        let record = try String(contentsOfFile: folder + "/../record.json", encoding: .utf8)
        #expect(!record.contains("s3cr3t"))
        await supervisor.stop(instance.id)
        #expect(try fixture.leftovers() == [])
        try await fixture.logs.flush()
        for file in FileManager.default.enumerator(atPath: fixture.configuration.dataFolder) ?? .init() {
            let path = fixture.configuration.dataFolder + "/\(file)"
            let bytes = FileManager.default.contents(atPath: path) ?? Data()
            #expect(bytes.range(of: Data("s3cr3t".utf8)) == nil, "\(file)")
        }
    }

    @Test func `are masked in the last lines of an instance that dies`() async throws {
        let (fixture, supervisor) = try fixture([references[0]: Data(Self.text.utf8), references[1]: Self.bytes])
        let error = await #expect(throws: FuncError.self) {
            try await supervisor.start(spec(fixture, "dies")) { _ in }
        }
        #expect(error?.details.contains("raw ***") == true)
        #expect(!String(reflecting: error).contains("s3cr3t"))
    }

    @Test func `that are missing keep an instance from starting, with the reason`() async throws {
        let (fixture, supervisor) = try fixture([references[0]: Data(Self.text.utf8)])
        let error = await #expect(throws: FuncError.self) { try await supervisor.start(spec(fixture)) { _ in } }
        #expect(error?.code == .readinessFailed)
        #expect(error?.message == "version 1 of 'hello' cannot start: no value was given for secret 'key'")
        #expect(try fixture.leftovers() == [])
    }

    @Test func `that are no text cannot be a variable`() async throws {
        let (fixture, supervisor) = try fixture([references[0]: Self.bytes, references[1]: Self.bytes])
        let error = await #expect(throws: FuncError.self) { try await supervisor.start(spec(fixture)) { _ in } }
        #expect(error?.message.contains("secret 'db' cannot become the variable 'DB_PASSWORD'") == true)
        #expect(error?.hint?.contains("file: db") == true)
    }

    @Test func `that others have are not even looked up`() async throws {
        let fixture = try SupervisorFixture()
        let instance = try await fixture.supervisor.start(fixture.spec()) { _ in }
        #expect(instance.secretRevisions.isEmpty)
        let folder = fixture.folder.path("data/run/instances/\(instance.id)")
        #expect(!FileManager.default.fileExists(atPath: folder + "/secrets"))
        await fixture.supervisor.stop(instance.id)
    }

    private static let program = """
        import base64, json, os, socket, sys, urllib.parse
        value = os.environ["DB_PASSWORD"]
        print("env ok" if value == "s3cr3t-v\\u00e4rde" else "env wrong")
        data = open(os.path.join(os.environ["HKS_SECRETS_DIR"], "tls/key.bin"), "rb").read()
        print("file ok" if data == bytes([0, 1, 255, 254, 10, 13]) else "file wrong")
        print("raw " + value)
        print("base64 " + base64.b64encode(value.encode()).decode())
        print("url " + urllib.parse.quote(value, safe=""))
        print(json.dumps({"message": "structured " + value, "level": "info"}))
        sys.stdout.flush()
        os.write(1, ("halves " + value[:5]).encode())
        os.write(1, (value[5:] + "\\n").encode())
        os.write(2, ("err " + value + "\\n").encode())
        if os.environ["MODE"] == "dies":
            sys.exit(1)
        unix = socket.socket(socket.AF_UNIX)
        unix.bind(os.environ["HKS_LISTEN_UNIX"])
        unix.listen(16)
        while True:
            connection, _ = unix.accept()
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 200 OK\\r\\ncontent-length: 0\\r\\n\\r\\n")
            connection.close()
        """
}
