import FuncKit

/// The files around a source that is one text: where a runtime looks for it, and what it does not build without.
struct SourceFile: Sendable, Hashable {
    /// Path of the text below the project's folder.
    var path: String
    /// Further files by path.
    var others: [String: String] = [:]

    /// Finds the place of a handler.
    /// - Throws: `invalid_argument`, `runtime_unknown`.
    init(runtime: String, handler: String, text: String) throws {
        let family = try RuntimeCatalog.require(runtime).family
        switch family {
        case .python: path = try Self.path(handler, standard: "main", endings: ["py"])
        case .nodejs:
            path = try Self.path(handler, standard: "index", endings: ["js", "mjs", "cjs"])
            if Self.isModule(text) { path = path.dropLast(2) + "mjs" }
        case .ruby: path = try Self.path(handler, standard: "handler", endings: ["rb"])
        case .php: path = try Self.path(handler, standard: "index", endings: ["php"])
        case .go:
            path = "handler.go"
            others["go.mod"] = "module example.com/function\n\ngo 1.18\n"
        case .java:
            let type = handler.isEmpty ? family.entry.defaultHandler : String(handler.prefix { $0 != ":" })
            path = try "src/main/java/" + Self.checked(type.replacing(".", with: "/"), handler) + ".java"
        case .dotnet:
            path = "Function.cs"
            others["Function.csproj"] = Self.dotnetProject
        case .rust:
            path = "src/lib.rs"
            others["Cargo.toml"] = Self.cargoManifest
        case .custom:
            throw FuncError.field(
                "source_code",
                "a function of runtime '\(runtime)' needs more than one file of text",
                hint: "send a zip or tar.gz archive"
            )
        }
    }

    /// `folder/file.function` is in `folder/file`; a bare `function` in the language's usual file.
    private static func path(_ handler: String, standard: String, endings: [String]) throws -> String {
        guard let dot = handler.lastIndex(of: ".") else { return standard + "." + endings[0] }
        // PHP and others name the file itself: 'index.php'.
        if endings.contains(String(handler[handler.index(after: dot)...])) { return try checked(handler, handler) }
        var stem = String(handler[..<dot])
        for ending in endings where stem.hasSuffix("." + ending) { stem.removeLast(ending.count + 1) }
        return try checked(stem.replacing(".", with: "/"), handler) + "." + endings[0]
    }

    private static func checked(_ path: String, _ handler: String) throws -> String {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let isSafe = parts.allSatisfy { part in
            part.wholeMatch(of: /[\p{L}\p{N}_$\-][\p{L}\p{N}_$.\-]*/) != nil && part.utf8.count <= 100
        }
        guard isSafe, parts.count <= 16 else {
            throw FuncError.field("handler", "value '\(handler)' of field 'handler' names no file")
        }
        return path
    }

    /// Node.js reads `.js` as CommonJS, in which these words do not begin a line.
    private static func isModule(_ text: String) -> Bool {
        text.firstMatch(
            of: /^[ \t]*(?:export[ \t]+(?:default|const|let|var|function|async|class|\{)|export\{|import[ \t]+[\w{*"'])/
                .anchorsMatchLineEndings()
        ) != nil
    }

    private static let cargoManifest = """
        [package]
        name = "function"
        version = "0.1.0"
        edition = "2021"
        publish = false

        [dependencies]
        serde_json = "1"

        """

    private static let dotnetProject = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net$(BundledNETCoreAppTargetFrameworkVersion)</TargetFramework>
            <InvariantGlobalization>true</InvariantGlobalization>
          </PropertyGroup>
        </Project>

        """
}
