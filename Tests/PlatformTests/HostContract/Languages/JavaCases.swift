extension LanguageCases {
    private static let main = "src/main/java/"

    /// A project of one file, the class `Handler` without a package.
    private static func project(_ body: String) -> [String: String] {
        [main + "Handler.java": "public class Handler {\n\(body)\n}\n"]
    }

    static let java = LanguageCases(
        failureMark: "Calls.java",
        broken: [
            Broken(
                handler: "Handler::handle",
                files: project("    public Object handler() { return 1; }"),
                reason:
                    "handler 'Handler::handle' not found; Handler has no public method 'handle' with up to two parameters, but: handler"
            ),
            Broken(
                handler: "com.example.Handle",
                files: project("    public Object handler() { return 1; }"),
                reason:
                    "handler 'com.example.Handle' not found; there is no class 'com.example.Handle' (classes here: Handler)"
            ),
            Broken(
                handler: "Handler",
                files: project(
                    "    static { load(); }\n    static void load() { throw new IllegalStateException(\"no\"); }\n    public Object handler() { return 1; }"
                ),
                reason: "handler 'Handler' cannot be loaded: java.lang.IllegalStateException: no",
                trace: "at Handler.load(Handler.java:3)"
            ),
            Broken(
                handler: "Handler",
                files: project("    public Handler(int size) {}\n    public Object handler() { return 1; }"),
                reason: "handler 'Handler' cannot be called: it has no constructor without parameters"
            ),
            Broken(
                handler: "Handler",
                files: project("    public Object handler(String event) { return 1; }"),
                reason: "it takes a java.lang.String as its event; declare Map<String, Object>"
            ),
            Broken(
                handler: "Handler",
                files: project(
                    "    public interface Context { String mood(); }\n    public Object handler(Object event, Context context) { return 1; }"
                ),
                reason: "asks for 'mood', which the host does not know; it knows: functionName, functionVersion, logger"
            ),
            Broken(handler: "../Handler", files: project(""), reason: "is malformed"),
            Broken(
                handler: "Handler",
                files: project("    public Object handler() { return 1 }"),
                fails: .building,
                reason: "compile error in src/main/java/Handler.java:2: ';' expected",
                trace: "public Object handler() { return 1 }"
            ),
            Broken(
                handler: "Handler",
                files: project("    public Object handler() { return answr; }"),
                fails: .building,
                reason: "compile error in src/main/java/Handler.java:2: cannot find symbol: variable answr"
            ),
            Broken(
                handler: "com.example.Handler",
                files: ["Handler.java": "class Handler {}\n"],
                fails: .building,
                reason: "there are no Java files in 'src/main/java'"
            ),
        ],
        placed: [
            Placed(
                handler: "inner.Work::run",
                files: [
                    main + "inner/Work.java":
                        "package inner;\nimport java.util.Map;\npublic class Work {\n    public static String run(Map<String, Object> event) { return Near.NAME; }\n}\n",
                    main + "inner/Near.java":
                        "package inner;\nclass Near {\n    static final String NAME = \"near\";\n}\n",
                ],
                answer: "near"
            ),
            Placed(
                handler: "Handler",
                files: project("    public Object handler() { return \"alone\"; }"),
                answer: "alone"
            ),
        ]
    )
}
