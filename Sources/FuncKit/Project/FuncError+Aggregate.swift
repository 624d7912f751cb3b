import Foundation

extension FuncError {
    /// Throws nothing, the one fault, or an aggregate of all faults with their common code and a message for the whole.
    static func throwAll(_ faults: [FuncError], _ code: ErrorCode, _ message: @autoclosure () -> String)
        throws(FuncError)
    {
        guard let first = faults.first else { return }
        guard faults.count > 1 else { throw first }
        throw FuncError(code, message(), failures: faults)
    }
}
