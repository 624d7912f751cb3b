/// A file below `tests/cases`: one or several steps against one instance, each with the answer that is expected.
public struct RequestCase: Sendable {
    /// One input with what is expected of the answer.
    public struct Step: Sendable {
        /// What a person calls it; nil in a case of one step.
        public var name: String?
        /// What is kept of the answer for the steps behind, by name.
        public var captures: [Capture]
        /// What expects and asks, before values are filled in.
        let node: YAMLNode
        /// Where the values of the step are read.
        let nodes: CaseNodes

        /// The step with captured values in the place of their names.
        /// - Throws: ``FuncError`` with code `case_invalid`, located, where a value does not fit.
        public func resolved(_ values: [String: JSONValue]) throws -> (input: CaseInput, expectation: CaseExpectation) {
            try nodes.inputAndExpectation(nodes.isSequence ? CaseValues(values, nodes: nodes).filled(node) : node)
        }
    }

    /// A value that a step keeps.
    public struct Capture: Hashable, Sendable {
        /// How steps behind write it: `${name}`.
        public var name: String
        /// Which part of the answer it is.
        public var part: AnswerPart
    }

    /// What a person calls it.
    public var name: String
    /// The file, relative to the project.
    public var file: String
    /// Where its name stands.
    public var location: SourceLocation
    /// The type of function that it is for.
    public var type: FunctionType
    /// What is done in order; never empty.
    public var steps: [Step]

    /// Whether a step of it expects nothing at all: it waits for answers to be written into it.
    public var expectsNothing: Bool {
        steps.contains { $0.node["expect"].map { $0.isMap && $0.entries.isEmpty } ?? false }
    }

    /// How messages call a step; nil where it is the only one.
    public func label(ofStep index: Int) -> String? {
        guard steps.count > 1 || steps[0].name != nil else { return nil }
        let number = "step \(index + 1)"
        return steps[index].name.map { "\(number), '\($0)'" } ?? number
    }
}
