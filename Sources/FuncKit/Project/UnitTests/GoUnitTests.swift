/// `go test` for all packages of the module.
struct GoUnitTests: UnitTestRecipe {
    let family = RuntimeFamily.go

    func commands(_ setting: UnitTestSetting) throws -> [UnitTestCommand] {
        [
            UnitTestCommand(
                "go test",
                setting.toolchain.executable,
                ["test", "./..."],
                environment: ["GOCACHE": setting.scratch + "/go-build", "GOTOOLCHAIN": "local"]
            )
        ]
    }
}
