import Foundation

/// Texts as C takes lists of them.
package enum CTexts {
    /// Gives `body` the texts as an array that ends with NULL, valid until it returns.
    package static func with<T>(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> T) -> T {
        let copies = texts.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        return body(copies + [nil])
    }

    /// The same for the variables of a process.
    package static func with<T>(_ variables: [String: String], _ body: ([UnsafeMutablePointer<CChar>?]) -> T) -> T {
        with(variables.map { "\($0.key)=\($0.value)" }, body)
    }
}
