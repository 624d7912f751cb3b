/// The one table of what `function.yaml` may hold.
///
/// The validator walks it, the schema is written from it, and suggestions come from it.
enum ManifestFields {
    /// Keys of the whole file.
    static let root: [ManifestField] =
        [
            ManifestField(
                name: "name",
                shape: .text(.functionName),
                isRequired: true,
                summary: "Name of the function, unique within its project.",
                examples: ["\"hello\""]
            )
        ] + settings + [
            ManifestField(
                name: "profiles",
                shape: .map(keys: .profileName, values: .object(overrides)),
                summary: "Settings that differ per place: maps are merged into the base, other values replace it.",
                examples: ["{\"production\": {\"scaling\": {\"minScale\": 1}}}"]
            )
        ]

    /// Keys of one profile: all settings, none of them required.
    static let overrides = settings.map { field in
        var field = field
        field.isRequired = false
        return field
    }

    private static let settings: [ManifestField] = code + instance + operation

    private static let code: [ManifestField] = [
        ManifestField(
            name: "runtime",
            shape: .text(.runtime),
            isRequired: true,
            summary: "Language of the function, with or without a version.",
            examples: ["\"python3.11\"", "\"nodejs20\"", "\"custom\""]
        ),
        ManifestField(
            name: "type",
            shape: .choice(FunctionType.allCases.map(\.rawValue)),
            summary: "What makes the function start.",
            fallback: "\"http\""
        ),
        ManifestField(
            name: "handler",
            shape: .text(.handler),
            summary: "Entry point; empty for a program that serves HTTP by itself.",
            examples: ["\"main.handler\"", "\"index.handler\""]
        ),
        ManifestField(
            name: "description",
            shape: .text(.description),
            summary: "One line for people.",
            examples: ["\"Says hello\""]
        ),
        ManifestField(
            name: "command",
            shape: .words,
            summary: "Program and arguments of the custom runtime; runs without a shell.",
            examples: ["\"./server --quiet\"", "[\"./server\", \"--quiet\"]"]
        ),
        ManifestField(
            name: "build",
            shape: .object(build),
            summary: "How the source becomes something that runs, and what belongs to it."
        ),
    ]

    private static let build: [ManifestField] = [
        ManifestField(
            name: "command",
            shape: .words,
            summary: "Build step of your own, run in the source folder without a shell.",
            examples: ["\"npm run build\""]
        ),
        ManifestField(
            name: "include",
            shape: .list(of: .text(.filePattern)),
            summary: "Files that are packed although an ignore file names them.",
            examples: ["[\"dist/**\"]"]
        ),
        ManifestField(
            name: "exclude",
            shape: .list(of: .text(.filePattern)),
            summary: "Files that are not packed, besides those in .gitignore and .funcignore.",
            examples: ["[\"docs/\", \"*.md\"]"]
        ),
    ]

    private static let instance: [ManifestField] = [
        ManifestField(
            name: "environment",
            shape: .map(keys: .environmentName, values: .anyScalar),
            summary: "Variables of the instance; ${env:NAME:-default} takes a value from where the command runs.",
            examples: ["{\"LOG_LEVEL\": \"info\", \"API_BASE\": \"${env:API_BASE:-http://localhost}\"}"]
        ),
        ManifestField(
            name: "secrets",
            shape: .list(of: .textOrObject(.secretName, secret, exactlyOne: ["env", "file"])),
            summary: "Stored secrets that the instance gets as variables or files; a bare name becomes a variable.",
            examples: [
                "[{\"env\": \"DB_PASSWORD\", \"secret\": \"db-password\"}]",
                "[{\"file\": \"tls/key.pem\", \"secret\": \"tls-key\"}]", "[\"db-password\"]",
            ]
        ),
        ManifestField(
            name: "resources",
            shape: .object([
                ManifestField(
                    name: "memory",
                    shape: .memory,
                    summary: "Memory of one instance.",
                    examples: ["\"256Mi\"", "\"1Gi\""]
                ),
                ManifestField(
                    name: "cpu",
                    shape: .cpu,
                    summary: "Share of processor cores of one instance.",
                    examples: ["\"100m\"", "\"2\""]
                ),
            ]),
            summary: "Memory and CPU of one instance."
        ),
        ManifestField(
            name: "timeout",
            shape: .duration(1_000...3_600_000, wholeSeconds: true),
            summary: "Longest call, in seconds or as text such as 5m.",
            examples: ["30", "\"5m\""],
            fallback: "300"
        ),
        ManifestField(
            name: "concurrency",
            shape: .integer(0...1_000),
            summary: "Calls at once per instance; 0 leaves it to the language host.",
            examples: ["10"],
            fallback: "0"
        ),
    ]

    private static let secret: [ManifestField] = [
        ManifestField(
            name: "env",
            shape: .text(.environmentName),
            summary: "Variable of the instance.",
            examples: ["\"DB_PASSWORD\""]
        ),
        ManifestField(
            name: "file",
            shape: .text(.secretPath),
            summary: "Path of a file below the folder that HKS_SECRETS_DIR names.",
            examples: ["\"tls/key.pem\""]
        ),
        ManifestField(
            name: "secret",
            shape: .text(.secretName),
            isRequired: true,
            summary: "Name of the stored secret.",
            examples: ["\"db-password\""]
        ),
    ]

    private static let operation: [ManifestField] = [
        ManifestField(
            name: "scaling",
            shape: .object(scaling),
            summary: "How many instances run, and when."
        ),
        ManifestField(
            name: "triggers",
            shape: .list(of: .variants(by: "type", common: trigger, cases: triggerTypes)),
            summary: "What calls the function.",
            examples: ["[{\"name\": \"api\", \"type\": \"http\", \"path\": \"/hello\", \"methods\": [\"GET\"]}]"]
        ),
        ManifestField(
            name: "labels",
            shape: .map(keys: .labelKey, values: .text(.labelValue)),
            summary: "Short values to select functions by.",
            examples: ["{\"team\": \"backend\"}"]
        ),
        ManifestField(
            name: "annotations",
            shape: .map(keys: .labelKey, values: .text(.text)),
            summary: "Values for tools.",
            examples: ["{\"example.com/owner\": \"backend team\"}"]
        ),
    ]

    private static let scaling: [ManifestField] = [
        ManifestField(
            name: "profile",
            shape: .choice(Scaling.profiles.keys.sorted()),
            summary: "Preset that the other keys of scaling adjust.",
            fallback: "\"default\""
        ),
        ManifestField(
            name: "minScale",
            shape: .integer(0...10_000),
            summary: "Instances that always run."
        ),
        ManifestField(
            name: "maxScale",
            shape: .integer(1...10_000),
            summary: "Most instances at once."
        ),
        ManifestField(
            name: "target",
            shape: .integer(1...1_000_000),
            summary: "Value of the metric per instance to aim for."
        ),
        ManifestField(
            name: "metric",
            shape: .choice(ScalingMetric.allCases.map(\.rawValue)),
            summary: "What the autoscaler counts."
        ),
        ManifestField(
            name: "scaleDownDelay",
            shape: .duration(0...3_600_000, wholeSeconds: false),
            summary: "How long load must stay low before an instance is taken away.",
            examples: ["\"30s\"", "60"]
        ),
    ]
}
