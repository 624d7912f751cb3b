import Foundation

// The one table of runtimes. End-of-life days are the maintainers' own (Java: Eclipse Temurin's).

extension RuntimeFamily {
    /// The family's row in the catalogue.
    public var entry: RuntimeEntry {
        switch self {
        case .nodejs: .nodejs
        case .python: .python
        case .go: .go
        case .java: .java
        case .dotnet: .dotnet
        case .ruby: .ruby
        case .php: .php
        case .rust: .rust
        case .custom: .custom
        }
    }
}

extension RuntimeEntry {
    fileprivate static let nodejs = RuntimeEntry(
        family: .nodejs,
        title: "Node.js",
        versions: [
            RuntimeVersion("14", endOfLife: "2023-04-30"),
            RuntimeVersion("16", endOfLife: "2023-09-11"),
            RuntimeVersion("18", endOfLife: "2025-04-30"),
            RuntimeVersion("20", endOfLife: "2026-04-30"),
            RuntimeVersion("22", endOfLife: "2027-04-30"),
            RuntimeVersion("24", endOfLife: "2028-04-30"),
        ],
        aliases: ["node", "node.js", "js", "javascript"],
        defaultHandler: "index.handler",
        probe: ToolchainProbe(
            exactName: "node-{version}",
            names: ["node", "nodejs"],
            locationArguments: ["-p", "process.execPath"]
        ),
        install: InstallHints(debian: "sudo apt-get install nodejs npm", macOS: "brew install node"),
        abilities: [.unixSocket, .streamedAnswers, .asyncHandlers, .attributedOutput, .survivesExit]
    )

    fileprivate static let python = RuntimeEntry(
        family: .python,
        title: "Python",
        versions: [
            RuntimeVersion("3.7", endOfLife: "2023-06-27"),
            RuntimeVersion("3.8", endOfLife: "2024-10-07"),
            RuntimeVersion("3.9", endOfLife: "2025-10-31"),
            RuntimeVersion("3.10", endOfLife: "2026-10-31"),
            RuntimeVersion("3.11", endOfLife: "2027-10-31"),
            RuntimeVersion("3.12", endOfLife: "2028-10-31"),
            RuntimeVersion("3.13", endOfLife: "2029-10-31"),
            RuntimeVersion("3.14", endOfLife: "2030-10-31"),
        ],
        aliases: ["py"],
        defaultHandler: "main.handler",
        probe: ToolchainProbe(
            exactName: "python{version}",
            names: ["python3", "python"],
            locationArguments: ["-c", "import sys; print(sys.executable)"]
        ),
        install: InstallHints(
            debian: "sudo apt-get install python3 python3-pip python3-venv",
            macOS: "brew install python"
        ),
        abilities: [.unixSocket, .streamedAnswers, .asyncHandlers, .attributedOutput, .survivesExit]
    )

    fileprivate static let go = RuntimeEntry(
        family: .go,
        title: "Go",
        versions: [
            RuntimeVersion("1.18", endOfLife: "2023-02-01"),
            RuntimeVersion("1.19", endOfLife: "2023-08-08"),
            RuntimeVersion("1.20", endOfLife: "2024-02-06"),
            RuntimeVersion("1.21", endOfLife: "2024-08-13"),
            RuntimeVersion("1.22", endOfLife: "2025-02-11"),
            RuntimeVersion("1.23", endOfLife: "2025-08-12"),
            RuntimeVersion("1.24"),
            RuntimeVersion("1.25"),
        ],
        aliases: ["golang"],
        defaultHandler: "Handler",
        probe: ToolchainProbe(names: ["go"], versionArguments: ["version"]),
        install: InstallHints(debian: "sudo apt-get install golang-go", macOS: "brew install go"),
        abilities: [.unixSocket, .streamedAnswers]
    )

    fileprivate static let java = RuntimeEntry(
        family: .java,
        title: "Java",
        versions: [
            RuntimeVersion("8", endOfLife: "2030-12-31"),
            RuntimeVersion("11", endOfLife: "2027-10-31"),
            RuntimeVersion("17", endOfLife: "2027-10-31"),
            RuntimeVersion("21", endOfLife: "2029-12-31"),
            RuntimeVersion("25", endOfLife: "2031-09-30"),
        ],
        aliases: ["jvm"],
        defaultHandler: "com.example.Handler",
        probe: ToolchainProbe(names: ["javac"], versionArguments: ["-version"]),
        install: InstallHints(
            debian: "sudo apt-get install openjdk-17-jdk-headless",
            macOS: "brew install openjdk@17"
        ),
        abilities: [.unixSocket, .streamedAnswers, .asyncHandlers, .attributedOutput]
    )

    fileprivate static let dotnet = RuntimeEntry(
        family: .dotnet,
        title: ".NET",
        versions: [
            RuntimeVersion("3.1", endOfLife: "2022-12-13"),
            RuntimeVersion("6", endOfLife: "2024-11-12"),
            RuntimeVersion("7", endOfLife: "2024-05-14"),
            RuntimeVersion("8", endOfLife: "2026-11-10"),
            RuntimeVersion("9", endOfLife: "2026-11-10"),
            RuntimeVersion("10", endOfLife: "2028-11-14"),
        ],
        aliases: [".net", "csharp"],
        defaultHandler: "Function::Handler",
        probe: ToolchainProbe(names: ["dotnet"]),
        install: InstallHints(
            debian: "sudo apt-get install dotnet-sdk-8.0",
            macOS: "brew install dotnet"
        ),
        abilities: [.unixSocket, .streamedAnswers, .asyncHandlers, .attributedOutput]
    )

    fileprivate static let ruby = RuntimeEntry(
        family: .ruby,
        title: "Ruby",
        versions: [
            RuntimeVersion("2.7", endOfLife: "2023-03-31"),
            RuntimeVersion("3.0", endOfLife: "2024-04-23"),
            RuntimeVersion("3.1", endOfLife: "2025-03-26"),
            RuntimeVersion("3.2", endOfLife: "2026-03-31"),
            RuntimeVersion("3.3", endOfLife: "2027-03-31"),
            RuntimeVersion("3.4", endOfLife: "2028-03-31"),
        ],
        aliases: ["rb"],
        defaultHandler: "handler.handler",
        probe: ToolchainProbe(
            exactName: "ruby{version}",
            names: ["ruby"],
            locationArguments: ["-e", "puts RbConfig.ruby"]
        ),
        install: InstallHints(debian: "sudo apt-get install ruby", macOS: "brew install ruby"),
        abilities: [.unixSocket, .streamedAnswers, .attributedOutput, .survivesExit]
    )

    fileprivate static let php = RuntimeEntry(
        family: .php,
        title: "PHP",
        versions: [
            RuntimeVersion("8.0", endOfLife: "2023-11-26"),
            RuntimeVersion("8.1", endOfLife: "2025-12-31"),
            RuntimeVersion("8.2", endOfLife: "2026-12-31"),
            RuntimeVersion("8.3", endOfLife: "2027-12-31"),
            RuntimeVersion("8.4", endOfLife: "2028-12-31"),
        ],
        aliases: [],
        defaultHandler: "index.handler",
        probe: ToolchainProbe(
            exactName: "php{version}",
            names: ["php"],
            locationArguments: ["-r", "echo PHP_BINARY;"]
        ),
        install: InstallHints(debian: "sudo apt-get install php-cli", macOS: "brew install php"),
        abilities: [.unixSocket, .streamedAnswers, .attributedOutput, .survivesExit]
    )

    fileprivate static let rust = RuntimeEntry(
        family: .rust,
        title: "Rust",
        versions: [],
        aliases: ["rs"],
        defaultHandler: "handler",
        probe: ToolchainProbe(names: ["cargo"]),
        install: InstallHints(debian: "sudo apt-get install cargo rustc", macOS: "brew install rust"),
        abilities: [.unixSocket, .asyncHandlers]
    )

    fileprivate static let custom = RuntimeEntry(
        family: .custom,
        title: "your own program",
        versions: [],
        aliases: ["container", "byor", "wasm"],
        defaultHandler: "",
        probe: nil,
        install: nil,
        abilities: []
    )
}
