extension LanguageCases {
    static let rust = LanguageCases(
        failureMark: "src/lib.rs",
        broken: [
            Broken(
                handler: "handle",
                files: crate("pub fn handler() {}\npub async fn other() {}\n"),
                fails: .building,
                reason: "handler 'handle' not found; src/lib.rs defines: handler, other"
            ),
            Broken(
                handler: "orders::handle",
                files: crate("pub mod orders;\n", ["src/orders.rs": "pub fn handler() {}\n"]),
                fails: .building,
                reason: "handler 'orders::handle' not found; the crate defines: orders::handler"
            ),
            Broken(
                handler: "handler",
                files: crate("fn handler() {}\n"),
                fails: .building,
                reason: "handler 'handler' is private"
            ),
            Broken(
                handler: "handler",
                files: crate("\npub fn handler(name: u8) -> u8 {\n    name\n}\n"),
                fails: .building,
                reason: "handler 'handler' has arguments or a result that the host does not know in src/lib.rs:2",
                trace: "Handler"
            ),
            Broken(
                handler: "handler",
                files: crate("pub fn handler() {\n    let sum = 1;\n    summe + 1;\n}\n"),
                fails: .building,
                reason: "cannot find value `summe` in this scope in src/lib.rs:3",
                trace: "--> src/lib.rs:3:5"
            ),
            Broken(
                handler: "handler",
                files: crate("mod near;\npub fn handler(\n", ["src/near.rs": "fn broken( {\n"]),
                fails: .building,
                reason: "src/lib.rs:2"
            ),
            Broken(
                handler: "handler",
                files: ["src/lib.rs": "pub fn handler() {}\n"],
                fails: .building,
                reason: "there is no 'Cargo.toml'"
            ),
            Broken(
                handler: "handler",
                files: ["Cargo.toml": manifest, "src/main.rs": "fn main() {}\n"],
                fails: .building,
                reason: "crate 'placed' has no library"
            ),
            Broken(handler: "../handler", files: crate(""), fails: .building, reason: "is malformed"),
        ],
        placed: [
            Placed(
                handler: "inner::deep::run",
                files: crate(
                    "pub mod inner;\n",
                    [
                        "src/inner/mod.rs": "pub mod deep;\n",
                        "src/inner/deep.rs":
                            "use serde_json::Value;\npub async fn run(_: Value) -> Result<&'static str, String> {\n    Ok(\"near\")\n}\n",
                    ]
                ),
                answer: "near"
            ),
            Placed(
                handler: "handler",
                files: crate("pub fn handler() -> String {\n    \"alone\".into()\n}\n"),
                answer: "alone"
            ),
        ]
    )

    private static let manifest = """
        [package]
        name = "placed"
        version = "0.1.0"
        edition = "2021"

        [dependencies]
        serde_json = "1"

        """

    private static func crate(_ library: String, _ files: [String: String] = [:]) -> [String: String] {
        ["Cargo.toml": manifest, "src/lib.rs": library].merging(files) { $1 }
    }
}
