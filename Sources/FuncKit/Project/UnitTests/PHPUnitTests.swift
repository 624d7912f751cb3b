import Foundation

/// PHPUnit where the project has installed it, else the script `tests/run.php` that the templates bring.
struct PHPUnitTests: UnitTestRecipe {
    let family = RuntimeFamily.php

    func abilities(_ setting: UnitTestSetting) -> Set<UnitTestAbility> {
        hasPHPUnit(setting) ? [.filter] : []
    }

    private func hasPHPUnit(_ setting: UnitTestSetting) -> Bool {
        FileManager.default.fileExists(atPath: setting.project + "/vendor/bin/phpunit")
    }

    func commands(_ setting: UnitTestSetting) throws -> [UnitTestCommand] {
        let php = setting.toolchain.executable
        let exists = { (name: String) in FileManager.default.fileExists(atPath: setting.project + "/" + name) }
        if hasPHPUnit(setting) {
            let configurations = ["phpunit.xml", "phpunit.xml.dist", "phpunit.dist.xml"]
            // Its cache would otherwise lie in the project.
            let report = setting.scratch + "/phpunit.teamcity"
            var arguments = [
                "vendor/bin/phpunit", "--cache-result-file", setting.scratch + "/phpunit.cache", "--log-teamcity",
                report,
            ]
            if !configurations.contains(where: exists) { arguments.append("tests") }
            if let filter = setting.filter {
                arguments += ["--filter", "/\(NSRegularExpression.escapedPattern(for: filter))/"]
            }
            return [UnitTestCommand("phpunit", php, arguments, format: .teamCity, report: report)]
        }
        guard exists("tests/run.php") else { return [] }
        return [UnitTestCommand("php tests/run.php", php, ["tests/run.php"], format: .markedLines)]
    }
}
