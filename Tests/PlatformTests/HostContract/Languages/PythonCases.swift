extension LanguageCases {
    static let python = LanguageCases(
        failureMark: "main.py",
        broken: [
            Broken(
                handler: "main.handle",
                files: ["main.py": "def handler(e, c):\n    pass\n"],
                reason: "handler 'main.handle' not found; main.py defines: handler"
            ),
            Broken(
                handler: "main.handler",
                files: ["other.py": ""],
                reason: "handler 'main.handler' not found; there is no 'main.py' (Python files here: other.py)"
            ),
            Broken(
                handler: "main.handler",
                files: ["main.py": "import nowhere\n"],
                reason: "handler 'main.handler' cannot be loaded: ModuleNotFoundError: No module named 'nowhere'",
                trace: "line 1, in <module>"
            ),
            Broken(
                handler: "main.handler",
                files: ["main.py": "def handler(:\n"],
                reason: "(main.py, line 1)",
                trace: "def handler(:"
            ),
            Broken(
                handler: "main.handler",
                files: ["main.py": "import sys\nsys.exit(0)\n"],
                reason: "handler 'main.handler' cannot be loaded: SystemExit: 0"
            ),
            Broken(handler: "../main.handler", files: ["main.py": ""], reason: "is malformed"),
            Broken(handler: "handler", files: ["a.py": "", "b.py": ""], reason: "(Python files here: a.py, b.py)"),
        ],
        placed: [
            Placed(
                handler: "src/inner.run",
                files: [
                    "src/inner.py": "import near\ndef run(event):\n    return near.NAME\n",
                    "src/near.py": "NAME = 'near'\n",
                ],
                answer: "near"
            ),
            Placed(handler: "handler", files: ["only.py": "def handler():\n    return 'alone'\n"], answer: "alone"),
        ]
    )
}
