import Foundation
import FuncKit
import Testing

@Suite struct RuntimeCatalogTests {
    /// Every row of the table in section 6 of the wire reference.
    @Test(arguments: [
        ("python", ["python", "py", "python3", "PYTHON", " python "]),
        ("python3.7", ["python37", "python3.7"]),
        ("python3.8", ["python38", "python3.8"]),
        ("python3.9", ["python39", "python3.9", "py39"]),
        ("python3.10", ["python310", "python3.10"]),
        ("python3.11", ["python311", "python3.11", "Python3.11"]),
        ("python-agent", ["python-agent", "Python-Agent"]),
        ("nodejs", ["node", "nodejs", "node.js", "js", "javascript"]),
        ("nodejs14", ["node14", "nodejs14.x", "14.x", "nodejs14"]),
        ("nodejs16", ["node16", "nodejs16.x", "nodejs16", "16.x"]),
        ("nodejs18", ["node18", "nodejs18.x", "nodejs18", "NodeJS18.X", "18.x"]),
        ("nodejs20", ["node20", "nodejs20.x", "nodejs20", "node.js20", "20.x"]),
        ("go", ["golang", "go", "go1"]),
        ("go1.18", ["go118", "go1.18"]),
        ("go1.19", ["go119", "go1.19", "golang1.19"]),
        ("go1.20", ["go1.20", "go120"]),
        ("go1.21", ["go1.21", "go121"]),
        ("java", ["java", "jvm"]),
        ("java8", ["java8"]),
        ("java11", ["java11"]),
        ("java17", ["java17"]),
        ("java21", ["java21"]),
        ("dotnet", ["dotnet", ".net", "csharp"]),
        ("dotnet3.1", ["dotnet31", "dotnet3.1", ".net3.1"]),
        ("dotnet6", ["dotnet6", "dotnet6.0", ".net6"]),
        ("dotnet7", ["dotnet7", "dotnet7.0"]),
        ("dotnet8", ["dotnet8", "dotnet8.0"]),
        ("ruby", ["ruby", "rb"]),
        ("ruby2.7", ["ruby2.7"]),
        ("ruby3.0", ["ruby3.0"]),
        ("ruby3.1", ["ruby3.1"]),
        ("ruby3.2", ["ruby3.2"]),
        ("php", ["php"]),
        ("php8.0", ["php8.0"]),
        ("php8.1", ["php8.1"]),
        ("php8.2", ["php8.2"]),
        ("rust", ["rust", "rs"]),
        ("custom", ["custom", "container", "wasm", "byor"]),
    ])
    func normalises(canonical: String, spellings: [String]) throws {
        for spelling in spellings {
            let name = try #require(RuntimeCatalog.normalise(spelling), "\(spelling)")
            #expect(name.description == canonical, "\(spelling)")
            // Case, blanks around it and a final wildcard never matter.
            for other in [spelling.uppercased(), spelling.capitalized, "  \(spelling)\t"] {
                #expect(RuntimeCatalog.normalise(other) == name, "\(other)")
            }
            if !spelling.hasSuffix("."), !spelling.lowercased().hasSuffix(".x") {
                #expect(RuntimeCatalog.normalise(spelling.trimmingCharacters(in: .whitespaces) + ".x") == name)
            }
        }
    }

    @Test(arguments: [
        "", " ", ".x", "15.x", "3", "pyton", "python4", "python2.7", "python3.99", "nodejs15", "nodejs18.1", "go2",
        "rust1.70", "java1.8", "python3.11-slim", "python 3.11", "node18x", "ruby3", "日本",
    ])
    func doesNotKnow(text: String) {
        #expect(RuntimeCatalog.normalise(text) == nil)
    }

    @Test(arguments: RuntimeCatalog.names)
    func canonicalNamesStay(name: String) {
        #expect(RuntimeCatalog.normalise(name)?.description == name)
    }

    @Test(arguments: [
        ("pyton", "python"), ("pyhton3.11", "python3.11"), ("nodjs", "nodejs"), ("nodejs181", "nodejs18"),
        ("nodejs99", "nodejs24"), ("python 3.11", "python3.11"), ("golnag", "go"),
    ])
    func suggests(text: String, expected: String) throws {
        #expect(RuntimeCatalog.suggestion(for: text) == expected)
        let error = try #require(throws: FuncError.self) { try RuntimeCatalog.require(text) }
        #expect(error.code == .runtimeUnknown)
        #expect(error.message == "runtime '\(text)' is not known")
        #expect(error.hint == "did you mean '\(expected)'?")
    }

    @Test func listsTheFamiliesWhereNothingIsNear() throws {
        #expect(RuntimeCatalog.suggestion(for: "fortran") == nil)
        let error = try #require(throws: FuncError.self) { try RuntimeCatalog.require("fortran") }
        #expect(error.hint == "use one of nodejs, python, go, java, dotnet, ruby, php, rust, custom")
    }

    @Test func warnsFromTheDayAfterTheLastFix() throws {
        let name = RuntimeName(family: .nodejs, version: "18")
        let lastDay = try #require(WireDate.parse("2025-04-30T23:59:59Z"))
        #expect(RuntimeCatalog.endOfLifeWarning(for: name, on: lastDay) == nil)
        #expect(
            RuntimeCatalog.endOfLifeWarning(for: name, on: lastDay + 1)
                == "Node.js 18 reached its end of life on 2025-04-30"
        )
        #expect(RuntimeCatalog.endOfLifeWarning(for: RuntimeName(family: .nodejs), on: .distantFuture) == nil)
        #expect(RuntimeCatalog.endOfLifeWarning(for: RuntimeName(family: .rust), on: .distantFuture) == nil)
    }

    @Test func tableIsSound() throws {
        #expect(RuntimeCatalog.entries.map(\.family) == RuntimeFamily.allCases)
        let words = RuntimeCatalog.entries.flatMap { [$0.family.rawValue] + $0.aliases }
        #expect(Set(words).count == words.count)
        for entry in RuntimeCatalog.entries {
            let numbers = try entry.versions.map { try #require(VersionNumber($0.number)) }
            #expect(numbers == numbers.sorted(), "\(entry.family)")
            #expect((entry.probe == nil) == (entry.install == nil), "\(entry.family)")
            for day in entry.versions.compactMap(\.endOfLife) {
                #expect(WireDate.parse(day + "T00:00:00Z") != nil, "\(entry.family) \(day)")
            }
        }
        #expect(RuntimeCatalog.family(named: "Golang")?.family == .go)
    }

    @Test func comparesVersionsByNumber() throws {
        let ten = try #require(VersionNumber("3.10"))
        let nine = try #require(VersionNumber("3.9.18"))
        #expect(nine < ten)
        #expect(try #require(VersionNumber("3.10.4")).isWithin(ten))
        #expect(!(try #require(VersionNumber("3.100")).isWithin(ten)))
        #expect(VersionNumber("3.") == nil)
        #expect(VersionNumber("") == nil)
        #expect(VersionNumber("99999999999999999999") == nil)
        #expect(VersionNumber(firstIn: "go version go1.19.8 linux/amd64")?.description == "1.19.8")
        #expect(VersionNumber(firstIn: "no digits") == nil)
    }
}
