import Foundation

/// `cargo test` on a crate of links to the project's files, as Cargo writes its lock file beside `Cargo.toml`.
struct RustUnitTests: UnitTestRecipe {
    let family = RuntimeFamily.rust

    /// Run in the project, with Cargo and the scratch folder as its arguments. Crates that are not on this machine are fetched.
    private static let script = """
        set -e
        rm -rf "$1/crate"
        mkdir -p "$1/crate"
        for entry in * .[!.]*; do
            case "$entry" in
            target | Cargo.lock | .git) ;;
            *) [ ! -e "$entry" ] || ln -s "$PWD/$entry" "$1/crate/$entry" ;;
            esac
        done
        [ ! -e Cargo.lock ] || cp Cargo.lock "$1/crate/Cargo.lock"
        manifest=$1/crate/Cargo.toml
        "$0" fetch --quiet --offline --manifest-path "$manifest" 2>/dev/null || "$0" fetch --manifest-path "$manifest"
        exec "$0" test --offline --no-fail-fast --manifest-path "$manifest" -- ${2:+"$2"}
        """

    func abilities(_ setting: UnitTestSetting) -> Set<UnitTestAbility> { [.filter] }

    func commands(_ setting: UnitTestSetting) throws -> [UnitTestCommand] {
        let cargo = setting.toolchain.executable
        let tools = URL(fileURLWithPath: cargo).deletingLastPathComponent().path
        return [
            UnitTestCommand(
                "cargo test",
                "/bin/sh",
                ["-c", Self.script, cargo, setting.scratch, setting.filter ?? ""],
                environment: [
                    // Of its own: Cargo takes crates of one name and version at two roots for the same one, and what was
                    // built of one project for the other's.
                    "CARGO_TARGET_DIR": setting.scratch + "/target",
                    // The compiler that belongs to this Cargo.
                    "PATH": ([tools] + setting.searchPath).joined(separator: ":"),
                ],
                format: .cargo
            )
        ]
    }
}
