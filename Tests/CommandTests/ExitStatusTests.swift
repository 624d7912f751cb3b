import FuncKit
import Testing

@testable import hks_func

@Suite struct ExitStatusTests {
    @Test(arguments: [
        ("internal_error", 1), ("readiness_failed", 1), ("invalid_argument", 2), ("manifest_invalid", 3),
        ("manifest_not_found", 3), ("unauthenticated", 4), ("forbidden", 4), ("function_not_found", 5),
        ("version_conflict", 6), ("already_exists", 6), ("timed_out", 7), ("still_pending", 8), ("unreachable", 9),
        ("toolchain_missing", 11), ("build_failed", 12), ("build_timed_out", 12), ("function_failed", 13),
        ("interrupted", 130), ("a_code_of_tomorrow", 1),
    ])
    func `an error code leads to its status`(code: String, status: Int32) {
        #expect(ExitStatus(ErrorCode(rawValue: code)).rawValue == status)
    }

    @Test func `help shows every status`() async {
        let help = await CommandWorld().run("--help").output
        for status in ExitStatus.allCases {
            #expect(help.contains(" \(status.rawValue)  \(status.meaning)"))
        }
    }

    @Test func `codes are explained once each`() {
        let codes = ErrorExplanation.all.map(\.code.rawValue)
        #expect(Set(codes).count == codes.count)
        #expect(codes == codes.sorted())
    }
}
