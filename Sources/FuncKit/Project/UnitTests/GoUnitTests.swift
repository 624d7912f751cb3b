import Foundation

/// `go test` for all packages of the module, with the flag that builds have, so that both share what is compiled.
struct GoUnitTests: UnitTestRecipe {
    let family = RuntimeFamily.go

    func abilities(_ setting: UnitTestSetting) -> Set<UnitTestAbility> { [.filter, .coverage] }

    func commands(_ setting: UnitTestSetting) throws -> [UnitTestCommand] {
        var arguments = ["test", "-json", "-trimpath"]
        if let filter = setting.filter { arguments += ["-run", NSRegularExpression.escapedPattern(for: filter)] }
        if setting.measuresCoverage { arguments.append("-cover") }
        return [
            UnitTestCommand(
                "go test",
                setting.toolchain.executable,
                arguments + ["./..."],
                environment: ["GOTOOLCHAIN": "local"],
                format: .goEvents
            )
        ]
    }
}
