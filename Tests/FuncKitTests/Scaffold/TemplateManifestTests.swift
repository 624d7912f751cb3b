import FuncKit
import TestSupport
import Testing

@Suite struct TemplateManifestTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("template")
    }

    @Test func readsEverything() throws {
        let template = try folder.template([
            "template.yaml": """
            name: Python HTTP
            description: "Answers requests"
            runtime: python
            type: http
            variables:
              - { name: name, description: Name of the function, pattern: "[a-z]+" }
              - { name: port, type: int, default: 8080 }
              - { name: version, default: 3.10 }
              - { name: tests, type: bool, default: true }
              - { name: size, choices: [small, large], default: small }
              - name: note
                default: ~
            files:
              - { path: "tests/**", when: tests }
              - { path: run.sh, executable: true }
            """
        ])
        #expect(template.name == "Python HTTP")
        #expect(template.description == "Answers requests")
        #expect(template.runtime == "python")
        #expect(template.type == .http)
        #expect(!template.isVerbatim)
        #expect(
            template.variables == [
                TemplateVariable(name: "name", description: "Name of the function", pattern: "[a-z]+"),
                TemplateVariable(name: "port", kind: .int, defaultValue: "8080"),
                TemplateVariable(name: "version", defaultValue: "3.10"),
                TemplateVariable(name: "tests", kind: .bool, defaultValue: "true"),
                TemplateVariable(name: "size", defaultValue: "small", choices: ["small", "large"]),
                TemplateVariable(name: "note"),
            ]
        )
        #expect(
            template.rules == [
                TemplateFileRule(path: "tests/**", when: "tests"),
                TemplateFileRule(path: "run.sh", isExecutable: true),
            ]
        )
    }

    @Test(arguments: [
        ("", 1, 1, "the file is empty"),
        ("- a", 1, 1, "a template must be a map"),
        ("description: x", 1, 1, "the template has no 'name'"),
        ("name: x\ndescripton: y", 2, 1, "a template has no key 'descripton'"),
        ("name: x\ntype: web", 2, 7, "type 'web' is not one of http, event, scheduled, stream"),
        ("name: [x]", 1, 7, "expected a single value"),
        ("name: x\nvariables: y", 2, 12, "expected a list"),
        ("name: x\nvariables:\n  - description: y", 3, 5, "the variable has no 'name'"),
        ("name: x\nvariables:\n  - name: a-b", 3, 11, "'a-b' cannot be the name of a variable"),
        ("name: x\nvariables:\n  - name: a\n    type: float", 4, 11, "type 'float' is not one of string, int, bool"),
        ("name: x\nvariables:\n  - { name: a, pattern: '(' }", 3, 25, "pattern '(' is not a regular expression"),
        (
            "name: x\nvariables:\n  - { name: a, type: int, default: y }", 3, 36,
            "the default is refused: value 'y' of template variable 'a' is not a whole number"
        ),
        ("name: x\nvariables: [{ name: a }, { name: a }]", 2, 12, "variable 'a' is declared twice"),
        ("name: x\nfiles: [{ when: a }]", 2, 9, "the file rule has no 'path'"),
        ("name: x\nfiles: [{ path: a, when: b }]", 2, 26, "'b' is not a variable of type bool"),
        ("name: x\nfiles: [{ path: a, executable: maybe }]", 2, 32, "'executable' must be true or false"),
    ])
    func locatesFaults(text: String, line: Int, column: Int, message: String) throws {
        let error = try #require(throws: FuncError.self) { try folder.template(["template.yaml": text]) }
        #expect(error.code == .templateInvalid)
        #expect(error.description == "\(folder.path("template/template.yaml")):\(line):\(column): \(message)")
    }

    @Test(arguments: ["name: [x", "a: b: c", "name: \"x", "\tname: x", "name: *x"])
    func locatesBrokenYAML(text: String) throws {
        let error = try #require(throws: FuncError.self) { try folder.template(["template.yaml": text]) }
        #expect(error.code == .templateInvalid)
        #expect(error.location != nil)
    }

    @Test func aFolderWithoutDescriptionIsCopiedAsItIs() throws {
        let template = try folder.template(["main.py": "{{unknown}}", "template.yml": "x"])
        #expect(template.isVerbatim)
        #expect(template.name == "template")
        #expect(try Scaffolder.render(template, [:]).texts == ["main.py": "{{unknown}}", "template.yml": "x"])
    }

    @Test func aMissingFolderIsNotFound() throws {
        let error = try #require(throws: FuncError.self) { try ScaffoldTemplate.load(from: folder.path("none")) }
        #expect(error.code == .templateNotFound)
    }
}

@Suite struct TemplateVariableTests {
    @Test(arguments: [
        (TemplateVariable.Kind.string, "", ""), (.string, "a b", "a b"), (.int, "-5", "-5"), (.int, "007", "7"),
        (.bool, "YES", "true"), (.bool, "0", "false"), (.bool, "off", "false"), (.bool, "n", "false"),
    ])
    func accepts(kind: TemplateVariable.Kind, text: String, value: String) throws {
        #expect(try TemplateVariable(name: "x", kind: kind).accept(text) == value)
    }

    @Test(arguments: [
        (TemplateVariable(name: "x"), "a\nb: c", "holds a control character"),
        (TemplateVariable(name: "x", kind: .int), "1.5", "is not a whole number"),
        (TemplateVariable(name: "x", kind: .bool), "maybe", "is neither true nor false"),
        (TemplateVariable(name: "x", pattern: "[a-z]+"), "abc1", "does not match [a-z]+"),
        (TemplateVariable(name: "x", choices: ["small", "large"]), "smal", "is not one of small, large"),
    ])
    func refuses(variable: TemplateVariable, text: String, why: String) throws {
        let error = try #require(throws: FuncError.self) { try variable.accept(text) }
        #expect(error.code == .invalidArgument)
        #expect(error.message == "value '\(text)' of template variable 'x' \(why)")
        #expect(error.hint == (variable.choices.isEmpty ? nil : "did you mean 'small'?"))
    }

    @Test func tellsWhatToAskFor() throws {
        let folder = try TemporaryFolder("template")
        let template = try folder.template([
            "template.yaml": "name: x\nvariables: [{ name: a }, { name: b, default: 1 }, { name: c }]"
        ])
        #expect(template.missingVariables(given: ["c": "1"], useDefaults: false).map(\.name) == ["a", "b"])
        #expect(template.missingVariables(given: ["c": "1"], useDefaults: true).map(\.name) == ["a"])
        #expect(try template.resolve(["a": "1", "c": "2"]) == ["a": "1", "b": "1", "c": "2"])
    }

    @Test func reportsAllFaultyValuesAtOnce() throws {
        let folder = try TemporaryFolder("template")
        let template = try folder.template([
            "template.yaml": "name: x\nvariables: [{ name: title }, { name: port, type: int }]"
        ])
        let error = try #require(throws: FuncError.self) { try template.resolve(["titel": "1", "port": "x"]) }
        #expect(error.code == .invalidArgument)
        #expect(
            error.failures.map(\.message) == [
                "the template has no variable 'titel'",
                "template variable 'title' has no value",
                "value 'x' of template variable 'port' is not a whole number",
            ]
        )
        #expect(error.failures.first?.hint == "did you mean 'title'?")
    }
}
