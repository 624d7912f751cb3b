import FuncKit

extension FuncError {
    private static let mark = "field: "

    /// An error about one field of a request, which the error body names on its own as well.
    static func field(_ name: String, _ message: String, code: ErrorCode = .invalidArgument, hint: String? = nil)
        -> FuncError
    {
        FuncError(code, message, hint: hint, details: [mark + name])
    }

    /// The field that is at fault, where the error is about one.
    var field: String? {
        details.lazy.compactMap { $0.hasPrefix(Self.mark) ? String($0.dropFirst(Self.mark.count)) : nil }.first
    }

    /// The details that are for people.
    var lines: [String] { details.filter { !$0.hasPrefix(Self.mark) } }
}
