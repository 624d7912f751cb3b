import ArgumentParser

/// An argument of the form `key=value`.
struct KeyValue: ExpressibleByArgument, Hashable, Sendable {
    let key: String
    let value: String

    init?(argument: String) {
        guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else { return nil }
        key = String(argument[..<equals])
        value = String(argument[argument.index(after: equals)...])
    }
}

extension Sequence<KeyValue> {
    /// The pairs as a dictionary; of equal keys the last one counts.
    var dictionary: [String: String] {
        Dictionary(map { ($0.key, $0.value) }) { _, last in last }
    }
}
