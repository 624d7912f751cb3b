import Foundation

/// `node --test`, which finds `*.test.js` and the like by itself.
struct NodeUnitTests: UnitTestRecipe {
    let family = RuntimeFamily.nodejs

    func abilities(_ setting: UnitTestSetting) -> Set<UnitTestAbility> {
        hasReporters(setting) ? [.filter, .coverage] : []
    }

    func commands(_ setting: UnitTestSetting) throws -> [UnitTestCommand] {
        let node = setting.toolchain.executable
        guard hasReporters(setting) else { return [UnitTestCommand("node --test", node, ["--test"], format: .tap)] }
        let report = setting.scratch + "/report.tap"
        var arguments = ["--test", "--test-reporter=spec", "--test-reporter-destination=stdout"]
        arguments += ["--test-reporter=tap", "--test-reporter-destination=\(report)"]
        if let filter = setting.filter {
            arguments.append("--test-name-pattern=\(NSRegularExpression.escapedPattern(for: filter))")
        }
        if setting.measuresCoverage { arguments.append("--experimental-test-coverage") }
        return [UnitTestCommand("node --test", node, arguments, format: .tap, report: report)]
    }

    /// Older versions write TAP to standard output, and know no other option of tests.
    private func hasReporters(_ setting: UnitTestSetting) -> Bool {
        let major = setting.toolchain.version.drop { !$0.isNumber }.prefix { $0.isNumber }
        return Int(major).map { $0 >= 20 } ?? true
    }
}
