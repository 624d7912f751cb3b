/// `go test` for all packages of the module, with the flag that builds have, so that both share what is compiled.
struct GoUnitTests: UnitTestRecipe {
    let family = RuntimeFamily.go

    func commands(_ setting: UnitTestSetting) throws -> [UnitTestCommand] {
        [
            UnitTestCommand(
                "go test",
                setting.toolchain.executable,
                ["test", "-trimpath", "./..."],
                environment: ["GOTOOLCHAIN": "local"]
            )
        ]
    }
}
