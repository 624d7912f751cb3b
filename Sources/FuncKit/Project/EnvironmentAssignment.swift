import Foundation

/// An `--env` option: `NAME=value`, or `NAME` alone to hand on the caller's own variable.
public struct EnvironmentAssignment: Hashable, Sendable {
    /// Name of the variable.
    public var name: String
    /// Its value; nil to take it from the environment of the tool.
    public var value: String?

    /// Reads the text of an option.
    ///
    /// - Throws: ``FuncError`` with code `environment_invalid` for a name that cannot be set.
    public init(parsing text: String) throws(FuncError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        name = String(parts[0])
        value = parts.count == 2 ? String(parts[1]) : nil
        if let fault = EnvironmentName.fault(in: name) {
            throw FuncError(
                .environmentInvalid,
                fault,
                hint: "write --env NAME=value; PORT, K_* and HKS_* are reserved"
            )
        }
    }
}
