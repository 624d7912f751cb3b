import Testing

@testable import FuncKit

@Suite struct RustUnitTestsTests {
    @Test func `projects share no build folder, as Cargo would mix up crates of one name`() throws {
        let folders = try ["/scratch/a", "/scratch/b"].map { scratch in
            let setting = UnitTestSetting(
                project: "/project",
                toolchain: Toolchain(family: .rust, executable: "/usr/bin/cargo", version: "1.90.0"),
                scratch: scratch,
                sharedCache: "/scratch/shared",
                searchPath: []
            )
            return try RustUnitTests().commands(setting)[0].environment["CARGO_TARGET_DIR"]
        }
        #expect(folders == ["/scratch/a/target", "/scratch/b/target"])
    }
}
