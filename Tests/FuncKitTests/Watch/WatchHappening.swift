import Foundation
import TestSupport
import Testing

@testable import FuncKit

/// What happens to a project, and which files count as changed by it. Each is followed by a change of `last`, so that
/// nothing at all is seen as well.
struct Happening: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let expected: [String]
    let body: @Sendable (Watched) throws -> Void

    init(_ name: String, _ expected: [String], _ body: @escaping @Sendable (Watched) throws -> Void) {
        testDescription = name
        self.expected = expected
        self.body = body
    }

    static let files = [
        "function.yaml": Watched.manifest, "main.py": "1", "lib/a.py": "a", "lib/deep/b.py": "b",
        ".gitignore": "*.log\nout/\n",
        ".env": "A=1", "requirements.txt": "x", "out/old": "0", "node_modules/m.js": "0", "trace.log": "0",
    ]

    static let all = [
        Happening("written in place", ["main.py"]) { try $0.folder.write("2", to: "main.py") },
        Happening("written anew with the same bytes", []) { try $0.folder.write("1", to: "main.py") },
        Happening("touched", []) { watched in
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)],
                ofItemAtPath: watched.folder.path("main.py")
            )
        },
        Happening("mode that is not packed", []) { chmod($0.folder.path("main.py"), 0o600) },
        Happening("mode that is packed", ["main.py"]) { chmod($0.folder.path("main.py"), 0o755) },
        Happening("time in the past with other bytes", ["main.py"]) { watched in
            try watched.folder.write("2", to: "main.py")
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 0)],
                ofItemAtPath: watched.folder.path("main.py")
            )
        },
        Happening("saved by renaming", ["main.py"]) { watched in
            try watched.folder.write("2", to: "4913")
            try watched.folder.write("2", to: ".main.py.swp")
            try watched.rename("main.py", to: "main.py~")
            try watched.folder.write("2", to: "main.py")
            try FileManager.default.removeItem(atPath: watched.folder.path("4913"))
        },
        Happening("another file renamed over it", ["main.py"]) { watched in
            try watched.folder.write("2", to: ".goutputstream-A")
            try watched.rename(".goutputstream-A", to: "main.py")
        },
        Happening("removed", ["main.py"]) { try FileManager.default.removeItem(atPath: $0.folder.path("main.py")) },
        Happening("replaced by a folder", ["main.py", "main.py/x"]) { watched in
            try FileManager.default.removeItem(atPath: watched.folder.path("main.py"))
            try watched.folder.write("x", to: "main.py/x")
        },
        Happening("replaced by a folder and back", []) { watched in
            try FileManager.default.removeItem(atPath: watched.folder.path("main.py"))
            try watched.folder.write("x", to: "main.py/x")
            try FileManager.default.removeItem(atPath: watched.folder.path("main.py"))
            try watched.folder.write("1", to: "main.py")
        },
        Happening("new folders", ["new/er/a.py", "new/b.py"]) { watched in
            try watched.folder.write("a", to: "new/er/a.py")
            try watched.folder.write("b", to: "new/b.py")
        },
        Happening("a folder renamed", ["lib/a.py", "lib/deep/b.py", "moved/a.py", "moved/deep/b.py"]) {
            try $0.rename("lib", to: "moved")
        },
        Happening("a folder removed", ["lib/a.py", "lib/deep/b.py"]) {
            try FileManager.default.removeItem(atPath: $0.folder.path("lib"))
        },
        Happening("a link", ["link"]) {
            try FileManager.default.createSymbolicLink(atPath: $0.folder.path("link"), withDestinationPath: "main.py")
        },
        Happening("an empty folder", []) {
            try FileManager.default.createDirectory(atPath: $0.folder.path("empty"), withIntermediateDirectories: false)
        },
        Happening("what is ignored", []) { watched in
            for name in ["trace.log", "out/new", "node_modules/m.js", ".git/index", ".hks-func/x", "target/debug/x"] {
                try watched.folder.write("9", to: name)
            }
        },
        Happening("what editors leave", []) { watched in
            for name in ["main.py~", ".#main.py", "#main.py#", ".main.py.swp", "4913", "lib/.a.py.swx", ".DS_Store"] {
                try watched.folder.write("9", to: name)
            }
        },
        Happening("variables", [".env", ".env.local"]) { watched in
            try watched.folder.write("A=2", to: ".env")
            try watched.folder.write("A=3", to: ".env.local")
            try watched.folder.write("A=4", to: ".env.other")
        },
        Happening("a name that is no UTF-8", ["\\xff.py"]) { watched in
            let path = (Array(watched.folder.path("").utf8) + [0xFF] + Array(".py".utf8) + [0])
            let descriptor = open(path.map { CChar(bitPattern: $0) }, O_CREAT | O_WRONLY, 0o644)
            guard descriptor >= 0 else { throw POSIXError(.EIO) }
            close(descriptor)
        },
        Happening("ignore rules", [".gitignore", "out/old", "requirements.txt"]) {
            try $0.folder.write("*.log\nrequirements.txt\n", to: ".gitignore")
        },
        Happening("the manifest's lists", ["function.yaml", "requirements.txt", "trace.log"]) {
            try $0.folder.write(
                Watched.manifest + "build:\n  include: [trace.log]\n  exclude: [requirements.txt]\n",
                to: "function.yaml"
            )
        },
        Happening("a manifest that cannot be read", ["function.yaml"]) {
            try $0.folder.write("name: [", to: "function.yaml")
        },
    ]
}
