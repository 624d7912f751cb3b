import Foundation
import FuncKit
import Synchronization
import TestSupport
import Testing

@testable import FuncPlatform

/// A supervisor with a data folder of its own, and a program for it to run.
struct SupervisorFixture {
    let folder: TemporaryFolder
    let configuration: PlatformConfiguration
    let logs: LogStore
    let supervisor: Supervisor

    init(
        memory: MemoryWatchdog = MemoryWatchdog(),
        readinessTimeout: Duration = .seconds(30),
        drainTimeout: Duration = .seconds(5)
    ) throws {
        folder = try TemporaryFolder("sup")
        var configuration = PlatformConfiguration(
            dataFolder: folder.path("data"),
            programVersion: "test",
            hostsFolder: folder.path("hosts"),
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"]
        )
        configuration.readinessTimeout = readinessTimeout
        configuration.drainTimeout = drainTimeout
        self.configuration = configuration
        logs = LogStore(configuration: configuration)
        supervisor = try Supervisor(configuration: configuration, logs: logs, memory: memory)
        try folder.write(Self.program, to: "app/program.py")
    }

    /// What to run; `mode` tells the program how to behave.
    func spec(_ mode: String = "", number: Int = 1, unixSocket: Bool = true, memory: String = "") -> InstanceSpec {
        var settings = FunctionSettings(runtime: "python3.11", handler: "main.handler")
        settings.environment = ["MODE": mode, "PYTHONUNBUFFERED": "1"]
        settings.resources.memory = memory
        let bundle = Bundle(
            digest: "d",
            folder: folder.path,
            command: ["python3", "-S", folder.path("app/program.py")],
            environment: [:],
            workingFolder: folder.path("app"),
            listensOnUnixSocket: unixSocket
        )
        return InstanceSpec(
            workspace: "default",
            project: "default",
            functionID: "f1",
            functionName: "hello",
            versionID: "v\(number)",
            versionNumber: number,
            bundle: bundle,
            settings: settings
        )
    }

    /// The messages in the function's log.
    func messages() async throws -> [String] {
        try await logs.read(.function(id: "f1"), query: LogQuery()).map(\.message)
    }

    /// The two processes that a program in mode `family` starts.
    func members() async throws -> [Int32] {
        try await eventually("both members of the family") {
            let lines = try await messages().filter { $0.hasPrefix("member ") }
            return lines.count == 2 ? lines.compactMap { Int32($0.dropFirst("member ".count)) } : nil
        }
    }

    /// Names of what is left below `data/run`.
    func leftovers() throws -> [String] {
        try ["instances", "s"].flatMap { name in
            try FileManager.default.contentsOfDirectory(atPath: folder.path("data/run/" + name))
        }
    }

    private static let program = """
        import os, signal, socket, subprocess, sys, time
        mode = os.environ["MODE"]
        print("mode", mode, "in", os.getcwd())
        if mode == "dies":
            print("Traceback: no handler", file=sys.stderr)
            sys.exit(1)
        if mode == "silent":
            signal.pause()
        if mode == "stubborn":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if mode == "hungry":
            held = []
            signal.signal(signal.SIGUSR1, lambda *_: held.append(bytearray(os.urandom(1) * (64 << 20))))
        if mode == "drains":
            def drain(*_):
                print("draining")
                sys.exit(0)
            signal.signal(signal.SIGTERM, drain)
        if mode == "family":
            code = "import os, signal; os.setsid() if os.fork() else None; os.write(1, b'member %d\\\\n' % os.getpid()); signal.pause()"
            subprocess.Popen([sys.executable, "-S", "-c", code])
        tcp = socket.socket()
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tcp.bind((os.environ["HKS_LISTEN_HOST"], int(os.environ["PORT"])))
        unix = socket.socket(socket.AF_UNIX)
        unix.bind(os.environ["HKS_LISTEN_UNIX"])
        listener = tcp if mode == "tcp" else unix
        listener.listen(16)
        answers = 0
        while True:
            connection, _ = listener.accept()
            request = connection.recv(4096)
            answers += 1
            status = "503 Not Yet" if mode == "warming" and answers < 4 else "200 OK"
            connection.sendall(("HTTP/1.1 %s\\r\\ncontent-length: 0\\r\\n\\r\\n" % status).encode())
            connection.close()
        """
}

/// Collects the exits that a supervisor reports.
final class Exits: Sendable {
    private let exits = Mutex<[InstanceExit]>([])

    var all: [InstanceExit] { exits.withLock { $0 } }

    func take(_ exit: InstanceExit) {
        exits.withLock { $0.append(exit) }
    }
}
