/// `node --test`, which finds `*.test.js` and the like by itself.
struct NodeUnitTests: UnitTestRecipe {
    let family = RuntimeFamily.nodejs

    func commands(_ setting: UnitTestSetting) throws -> [UnitTestCommand] {
        [UnitTestCommand("node --test", setting.toolchain.executable, ["--test"])]
    }
}
