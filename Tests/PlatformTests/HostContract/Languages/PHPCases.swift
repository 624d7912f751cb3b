extension LanguageCases {
    static let php = LanguageCases(
        failureMark: "index.php",
        broken: [
            Broken(
                handler: "index.handle",
                files: ["index.php": "<?php\nfunction handler() {}\nclass Tool { function run() {} }\n"],
                reason: "handler 'index.handle' not found; index.php defines: handler, Tool::run"
            ),
            Broken(
                handler: "index.handler",
                files: ["other.php": ""],
                reason: "handler 'index.handler' not found; there is no 'index.php' (PHP files here: other.php)"
            ),
            Broken(
                handler: "index.handler",
                files: ["index.php": "<?php\nrequire 'lib/db.php';\n", "lib/db.php": "<?php\n\nnew Nowhere();\n"],
                reason: "handler 'index.handler' cannot be loaded: Error: Class \"Nowhere\" not found (lib/db.php:3)",
                trace: "#0 index.php:2: require()"
            ),
            Broken(
                handler: "index.handler",
                files: ["index.php": "<?php\nfunction handler( {}\n"],
                reason: "(index.php:2)",
                trace: "ParseError: syntax error, unexpected token \"{\""
            ),
            Broken(
                handler: "index.handler",
                files: ["index.php": "<?php\nfunction handler() {}\nfunction handler() {}\n"],
                reason: "(index.php:3)",
                trace: "Cannot redeclare"
            ),
            Broken(
                handler: "index.handler",
                files: ["index.php": "<?php\necho 'bye';\nexit(0);\n"],
                reason: "handler 'index.handler' cannot be loaded: its file ended the process with status 0"
            ),
            Broken(
                handler: "index.handler",
                files: ["index.php": "<?php\nfunction handler(string $event) {}\n"],
                reason: "handler 'index.handler' cannot be called: its first argument, the event, is an array"
            ),
            Broken(
                handler: "index.handler",
                files: ["index.php": "<?php\nfunction handler($a, $b, $c) {}\n"],
                reason: "it requires 3 arguments, not event and context"
            ),
            Broken(handler: "../index.handler", files: ["index.php": ""], reason: "is malformed"),
            Broken(handler: "handler", files: ["a.php": "", "b.php": ""], reason: "(PHP files here: a.php, b.php)"),
        ],
        placed: [
            Placed(
                handler: "src/inner.run",
                files: [
                    "src/inner.php":
                        "<?php\nnamespace App;\nrequire 'near.php';\nfunction run($event) { return near(); }\n",
                    "src/near.php": "<?php\nnamespace App;\nfunction near() { return 'near'; }\n",
                ],
                answer: "near"
            ),
            Placed(
                handler: "handler",
                files: ["only.php": "<?php\nfunction handler() { return 'alone'; }\n"],
                answer: "alone"
            ),
            Placed(
                handler: "index.App\\Greeter::greet",
                files: [
                    "index.php": """
                    <?php
                    namespace App;
                    final class Greeter {
                        public static function greet(array $event, array $context) { return $context['type']; }
                    }

                    """
                ],
                answer: "http"
            ),
            Placed(
                handler: "index.handler",
                files: ["index.php": "<?php\n$word = 'global';\nreturn function () { global $word; return $word; };\n"],
                answer: "global"
            ),
        ]
    )
}
