import Foundation

/// A program beside a language's toolchain that some projects need, such as a package manager.
public struct LanguageTool: Hashable, Sendable {
    /// What makes a project need the tool.
    enum Need: Hashable, Sendable {
        /// The file is there.
        case file(String)
        /// A line of the file begins like this, blanks aside.
        case line(String, prefix: String)
        /// The file has a line that is no comment.
        case anyLine(String)
        /// A JSON file has an entry below one of the keys whose name is not one of the language's own.
        case entry(String, keys: [String])
    }

    /// The language.
    public let family: RuntimeFamily
    /// What it is called.
    public let name: String
    /// What makes a project need it, in words.
    public let purpose: String
    /// How to install it.
    public let install: InstallHints
    /// Whether it is a module of the language's interpreter and not a program of its own.
    public let isModule: Bool
    private let need: Need

    private init(
        _ family: RuntimeFamily,
        _ name: String,
        _ purpose: String,
        _ install: InstallHints,
        isModule: Bool = false,
        need: Need
    ) {
        self.family = family
        self.name = name
        self.purpose = purpose
        self.install = install
        self.isModule = isModule
        self.need = need
    }

    /// All tools, in the order of the catalogue's languages.
    public static let all = [
        LanguageTool(
            .nodejs,
            "npm",
            "dependencies in package.json",
            InstallHints(debian: "sudo apt-get install npm", macOS: "brew install node"),
            need: .entry("package.json", keys: ["dependencies", "optionalDependencies"])
        ),
        LanguageTool(
            .python,
            "pip",
            "requirements.txt",
            InstallHints(debian: "sudo apt-get install python3-pip", macOS: "python3 -m ensurepip"),
            isModule: true,
            need: .anyLine("requirements.txt")
        ),
        LanguageTool(
            .java,
            "mvn",
            "pom.xml",
            InstallHints(debian: "sudo apt-get install maven", macOS: "brew install maven"),
            need: .file("pom.xml")
        ),
        LanguageTool(
            .ruby,
            "bundle",
            "gems in the Gemfile",
            InstallHints(debian: "sudo apt-get install ruby-bundler", macOS: "gem install bundler"),
            need: .line("Gemfile", prefix: "gem ")
        ),
        LanguageTool(
            .php,
            "composer",
            "packages in composer.json",
            InstallHints(debian: "sudo apt-get install composer", macOS: "brew install composer"),
            need: .entry("composer.json", keys: ["require"])
        ),
        LanguageTool(
            .rust,
            "rustc",
            "every Rust function",
            InstallHints(debian: "sudo apt-get install rustc", macOS: "brew install rust"),
            need: .file("Cargo.toml")
        ),
    ]

    /// Whether a project in `folder` cannot be built without it.
    public func isNeeded(in folder: String) -> Bool {
        switch need {
        case .file(let name):
            FileManager.default.fileExists(atPath: folder + "/" + name)
        case .line(let name, let prefix):
            lines(of: folder + "/" + name).contains { $0.hasPrefix(prefix) }
        case .anyLine(let name):
            lines(of: folder + "/" + name).contains { !$0.hasPrefix("#") }
        case .entry(let name, let keys):
            keys.flatMap { entries(of: folder + "/" + name, below: $0) }.contains { !Self.isPartOfPHP($0) }
        }
    }

    private func lines(of path: String) -> [String] {
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
    }

    private func entries(of path: String, below key: String) -> [String] {
        guard let data = FileManager.default.contents(atPath: path),
            // A file that cannot be read is the build's to complain about.
            let root = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
            let entries = root[key] as? [String: Any]
        else { return [] }
        return Array(entries.keys)
    }

    /// Composer lists the language itself and its extensions like packages.
    private static func isPartOfPHP(_ name: String) -> Bool {
        name == "php" || name.hasPrefix("ext-")
    }
}
