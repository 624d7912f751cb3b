import Foundation
import FuncKit

/// The function that a Go handler's name means: `Handler`, or `folder/package.Handler`.
struct GoEntry: Sendable {
    /// Where in the user's module the host is laid over it.
    static let hostFolder = "hkshost"

    let handler: String
    /// The function's name in its package.
    let name: String
    /// The package's folder below the app; empty for the module's own.
    let folder: String
    /// The module's path.
    let module: String
    private let source: GoSource

    /// Looks at what can be told without a compiler.
    /// - Throws: ``FuncError`` with code `build_failed`.
    init(handler: String, app: String) throws {
        self.handler = handler
        guard
            let match = handler.wholeMatch(of: /(?:(?<folder>[^.\/\\ "][^.\\ "]*)\.)?(?<name>[\p{L}_][\p{L}\p{Nd}_]*)/)
        else {
            throw FuncError(
                .buildFailed,
                "handler '\(handler)' is malformed; write it as 'Function' or 'folder.Function', for example 'Handler'"
            )
        }
        name = String(match.name)
        guard name.first?.isUppercase == true else {
            let exported = name.prefix(1).uppercased() + name.dropFirst()
            throw FuncError(
                .buildFailed,
                "handler '\(handler)' is not exported; its name must begin with a capital letter: '\(exported)'"
            )
        }
        module = try Self.module(of: app)
        let named = match.folder.map(String.init) ?? ""
        let root = try GoSource(folder: app)
        // 'function.Handler' is how Go itself calls the one in the module's own package.
        let isOwnPackage = named == root.package && !FileManager.default.fileExists(atPath: app + "/" + named)
        folder = isOwnPackage ? "" : named
        source = folder.isEmpty ? root : try GoSource(folder: app + "/" + folder)
        try checkPlace(app)
    }

    /// The main package.
    var program: String {
        """
        // Starts the function's program.
        package main

        import (
        \tfunction "\(module + (folder.isEmpty ? "" : "/" + folder))"
        \t"\(module)/\(Self.hostFolder)"
        )

        func main() {
        \t\(Self.hostFolder).Main("\(handler)", function.\(name))
        }

        """
    }

    /// What a compiler's message means to the user.
    func explain(_ problem: GoProblem) -> String {
        // The compiler names the file that was laid over, not the place where it is to be seen.
        guard problem.file.hasSuffix("/overlay/main.go") else { return problem.description }
        if problem.reason.contains("function.\(name)"), !source.functions.contains(name) { return notFound }
        return "handler '\(handler)' cannot be used: \(problem.reason)"
    }

    private var notFound: String {
        let defined = source.functions.isEmpty ? "no exported function" : source.functions.joined(separator: ", ")
        return "handler '\(handler)' not found; package \(source.package ?? "function") defines: \(defined)"
    }

    private func checkPlace(_ app: String) throws {
        guard let package = source.package else {
            let place = folder.isEmpty ? "beside go.mod" : "in '\(folder)'"
            throw FuncError(.buildFailed, "handler '\(handler)' not found; there is no Go file \(place)")
        }
        guard package != "main" else {
            throw FuncError(
                .buildFailed,
                "handler '\(handler)' cannot be used: its package is 'main', which nothing can import; "
                    + "write 'package function' and leave out func main"
            )
        }
        guard !FileManager.default.fileExists(atPath: app + "/" + Self.hostFolder) else {
            throw FuncError(
                .buildFailed,
                "the folder '\(Self.hostFolder)' has the name of the host's own package; rename it"
            )
        }
    }

    static func module(of app: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: app + "/go.mod") else {
            throw FuncError(
                .buildFailed,
                "there is no 'go.mod'; a Go function is a module of its own",
                hint: "run 'go mod init example.com/hello' in the function's folder"
            )
        }
        let line = /(?m)^[ \t]*module[ \t]+(?:"(?<quoted>[^"\s]+)"|(?<plain>[^"\s]+))/
        guard let match = String(decoding: data, as: UTF8.self).firstMatch(of: line),
            let path = match.quoted ?? match.plain
        else {
            throw FuncError(.buildFailed, "'go.mod' names no module; its first line must be 'module' and a path")
        }
        return String(path)
    }
}

/// The Go files of one folder, as far as error messages go into them.
private struct GoSource {
    /// Name of the package; nil where there is no Go file.
    private(set) var package: String?
    /// Its exported functions, in order.
    private(set) var functions: [String] = []

    init(folder: String) throws {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return }
        for name in names.sorted() where name.hasSuffix(".go") && !name.hasSuffix("_test.go") {
            guard !name.hasPrefix("_"), !name.hasPrefix("."),
                let data = FileManager.default.contents(atPath: folder + "/" + name)
            else { continue }
            let text = String(decoding: data, as: UTF8.self)
            if package == nil { package = text.firstMatch(of: /(?m)^package[ \t]+(\w+)/).map { String($0.1) } }
            functions += text.matches(of: /(?m)^func[ \t]+(\p{Lu}\w*)[ \t]*\(/).map { String($0.1) }
        }
    }
}

/// The first complaint of the Go compiler: `./handler.go:12:2: undefined: x`.
struct GoProblem: CustomStringConvertible, Sendable {
    let file: String
    let line: String
    let reason: String

    init?(in output: String) {
        let place = /(?m)^(?:\.\/)?(?<file>[^\s:]+\.(?:go|mod)):(?<line>\d+)(?::\d+)?:[ \t]*(?<reason>.*)$/
        // What Go says of go.mod as a whole comes first and is not the complaint itself.
        let text = output.replacing("go: errors parsing go.mod:", with: "")
        guard let match = text.firstMatch(of: place) else { return nil }
        file = String(match.file)
        line = String(match.line)
        reason = String(match.reason)
    }

    var description: String {
        let syntax = "syntax error: "
        guard reason.hasPrefix(syntax) else { return "compile error in \(file):\(line): \(reason)" }
        return "syntax error in \(file):\(line): \(reason.dropFirst(syntax.count))"
    }
}
