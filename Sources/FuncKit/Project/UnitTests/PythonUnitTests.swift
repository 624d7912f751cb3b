/// `python -m unittest`, which finds `test*.py` by itself.
struct PythonUnitTests: UnitTestRecipe {
    let family = RuntimeFamily.python

    func commands(_ setting: UnitTestSetting) throws -> [UnitTestCommand] {
        let arguments = ["-m", "unittest", "discover", "--verbose"]
        return [
            UnitTestCommand(
                "python -m unittest",
                setting.toolchain.executable,
                arguments,
                environment: ["PYTHONDONTWRITEBYTECODE": "1"]
            )
        ]
    }
}
