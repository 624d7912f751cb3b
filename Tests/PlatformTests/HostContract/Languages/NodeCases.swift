extension LanguageCases {
    static let nodejs = LanguageCases(
        failureMark: "index.mjs",
        broken: [
            Broken(
                handler: "index.handle",
                files: ["index.js": "exports.handler = () => {};\n"],
                reason: "handler 'index.handle' not found; index.js exports: handler"
            ),
            Broken(
                handler: "index.handler",
                files: ["other.js": ""],
                reason:
                    "handler 'index.handler' not found; there is no 'index.js' (JavaScript files here: other.js)"
            ),
            Broken(
                handler: "index.handler",
                files: ["index.js": "require('nowhere');\n"],
                reason: "handler 'index.handler' cannot be loaded: Error: Cannot find module 'nowhere'",
                trace: "index.js:1"
            ),
            Broken(
                handler: "index.handler",
                files: ["index.mjs": "export const handler = (;\n"],
                reason: "(index.mjs:1)",
                trace: "export const handler = (;"
            ),
            Broken(handler: "index.handler", files: ["index.js": "process.exit(0);\n"], reason: "process.exit(0)"),
            Broken(
                handler: "index.handler",
                files: ["index.mjs": "await new Promise(() => {});\n"],
                reason: "never happens"
            ),
            Broken(handler: "../index.handler", files: ["index.js": ""], reason: "is malformed"),
            Broken(
                handler: "handler",
                files: ["a.js": "", "b.js": ""],
                reason: "(JavaScript files here: a.js, b.js)"
            ),
        ],
        placed: [
            Placed(
                handler: "src/inner.run",
                files: [
                    "src/inner.mjs": "import n from './near.cjs';\nexport const run = () => n.NAME;\n",
                    "src/near.cjs": "exports.NAME = 'near';\n",
                ],
                answer: "near"
            ),
            Placed(
                handler: "handler",
                files: ["only.cjs": "module.exports = { handler: () => 'alone' };\n"],
                answer: "alone"
            ),
        ]
    )
}
