import Foundation
import FuncKit
import Testing

/// A language whose host must pass the contract.
enum HostLanguage: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case nodejs, python, go, java, dotnet, ruby, php, rust

    /// All of them, or those that `HKS_TEST_LANGUAGES` names: `HKS_TEST_LANGUAGES=go,rust swift test …`.
    static let allCases: [HostLanguage] = {
        let all: [HostLanguage] = [.nodejs, .python, .go, .java, .dotnet, .ruby, .php, .rust]
        guard let chosen = ProcessInfo.processInfo.environment["HKS_TEST_LANGUAGES"] else { return all }
        return all.filter { chosen.split(separator: ",").contains(Substring($0.rawValue)) }
    }()

    /// Those whose hosts have an ability that not all have.
    static func with(_ ability: HostAbility) -> [HostLanguage] {
        allCases.filter { $0.family.entry.abilities.contains(ability) }
    }

    var testDescription: String { rawValue }

    var family: RuntimeFamily {
        switch self {
        case .nodejs: .nodejs
        case .python: .python
        case .go: .go
        case .java: .java
        case .dotnet: .dotnet
        case .ruby: .ruby
        case .php: .php
        case .rust: .rust
        }
    }

    var cases: LanguageCases {
        switch self {
        case .nodejs: .nodejs
        case .python: .python
        case .go: .go
        case .java: .java
        case .dotnet: .dotnet
        case .ruby: .ruby
        case .php: .php
        case .rust: .rust
        }
    }

    /// Whether a compiler sees the function before the host does.
    var isCompiled: Bool { [.go, .java, .dotnet, .rust].contains(self) }

    /// The project whose handler does what the variable `PROBE` says.
    var probeFolder: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/probe/\(rawValue)").path
    }
}
