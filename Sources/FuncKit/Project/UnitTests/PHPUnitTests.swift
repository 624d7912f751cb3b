import Foundation

/// PHPUnit where the project has installed it, else the script `tests/run.php` that the templates bring.
struct PHPUnitTests: UnitTestRecipe {
    let family = RuntimeFamily.php

    func commands(_ setting: UnitTestSetting) throws -> [UnitTestCommand] {
        let php = setting.toolchain.executable
        let exists = { (name: String) in FileManager.default.fileExists(atPath: setting.project + "/" + name) }
        if exists("vendor/bin/phpunit") {
            let configurations = ["phpunit.xml", "phpunit.xml.dist", "phpunit.dist.xml"]
            // Its cache would otherwise lie in the project.
            var arguments = ["vendor/bin/phpunit", "--cache-result-file", setting.scratch + "/phpunit.cache"]
            if !configurations.contains(where: exists) { arguments.append("tests") }
            return [UnitTestCommand("phpunit", php, arguments)]
        }
        return exists("tests/run.php") ? [UnitTestCommand("php tests/run.php", php, ["tests/run.php"])] : []
    }
}
