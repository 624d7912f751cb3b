extension LanguageCases {
    static let go = LanguageCases(
        failureMark: "handler.go",
        broken: [
            Broken(
                handler: "Handler",
                files: goProject("func Handler(a, b string) {}\n"),
                reason: "handler 'Handler' cannot be called: nothing is known of its parameter 2"
            ),
            Broken(
                handler: "Handler",
                files: goProject("func Handler(events chan int) {}\n"),
                reason: "its event of type chan int cannot be read from JSON"
            ),
            Broken(
                handler: "Handler",
                files: goProject("func Handler() (int, int) { return 1, 2 }\n"),
                reason: "it has more results than a value and an error"
            ),
            Broken(
                handler: "Handler",
                files: goProject("var Handler = 7\n"),
                reason: "handler 'Handler' is no function but a int"
            ),
            Broken(
                handler: "Handle",
                files: goProject("func Handler() {}\n\nfunc Other() {}\n"),
                fails: .building,
                reason: "handler 'Handle' not found; package function defines: Handler, Other"
            ),
            Broken(
                handler: "handler",
                files: goProject("func handler() {}\n"),
                fails: .building,
                reason: "handler 'handler' is not exported; its name must begin with a capital letter: 'Handler'"
            ),
            Broken(
                handler: "Handler",
                files: ["go.mod": "module example.com/f\n"],
                fails: .building,
                reason: "handler 'Handler' not found; there is no Go file beside go.mod"
            ),
            Broken(
                handler: "Handler",
                files: ["handler.go": "package function\n"],
                fails: .building,
                reason: "there is no 'go.mod'"
            ),
            Broken(
                handler: "Handler",
                files: ["go.mod": "module example.com/f\n", "main.go": "package main\n\nfunc main() {}\n"],
                fails: .building,
                reason: "its package is 'main', which nothing can import"
            ),
            Broken(
                handler: "Handler",
                files: goProject("func Handler() string {\n\treturn nowhere\n}\n"),
                fails: .building,
                reason: "compile error in handler.go:4: undefined: nowhere",
                trace: "./handler.go:4:9"
            ),
            Broken(
                handler: "Handler",
                files: goProject("func Handler( {\n}\n"),
                fails: .building,
                reason: "syntax error in handler.go:3: "
            ),
            Broken(handler: "../x.Handler", files: goProject(""), fails: .building, reason: "is malformed"),
        ],
        placed: [
            Placed(
                handler: "src/inner.Run",
                files: [
                    // A language version before type parameters, and a package of the module's own.
                    "go.mod": "module example.com/f\n\ngo 1.16\n",
                    "src/inner/run.go":
                        "package inner\n\nimport \"example.com/f/near\"\n\nfunc Run() (string, error) { return near.Name, nil }\n",
                    "near/near.go": "package near\n\nconst Name = \"near\"\n",
                ],
                answer: "near"
            ),
            Placed(
                handler: "function.Handler",
                files: goProject("var Handler = func(event struct{ Path string }) string { return event.Path }\n"),
                answer: "/"
            ),
        ]
    )

    private static func goProject(_ text: String) -> [String: String] {
        ["go.mod": "module example.com/f\n", "handler.go": "package function\n\n" + text]
    }
}
