import FuncKit

/// Which part of a list a request asks for, with `page` (from 1) and `page_size` (20, at most 100).
struct APIPage: Sendable {
    let number: Int
    let size: Int

    /// Reads the query.
    /// - Throws: `invalid_argument`.
    init(_ query: APIQuery) throws {
        size = try query.count("page_size", default: 20, maximum: 100)
        number = try query.count("page", default: 1, maximum: 1_000_000)
    }

    /// The part of `all` that is asked for.
    func part<T>(of all: [T]) -> [T] {
        Array(all.dropFirst((number - 1) * size).prefix(size))
    }
}

extension APIQuery {
    /// The item as one of a few words.
    /// - Throws: `invalid_argument` naming them.
    func choice<T: RawRepresentable & CaseIterable>(_ name: String, as type: T.Type) throws -> T?
    where T.RawValue == String {
        guard let text = text(name) else { return nil }
        guard let value = T(rawValue: text) else {
            let words = T.allCases.map(\.rawValue).joined(separator: ", ")
            throw FuncError(.invalidArgument, "query item '\(name)=\(text)' is none of \(words)")
        }
        return value
    }
}
