import FuncKit
import Synchronization

/// What is particular to a platform on which functions are developed: its data can be made anew, its functions show
/// callers what went wrong, and each is told where the others are.
public struct DevelopMode: Sendable {
    private let addresses = FunctionAddresses()

    /// A platform that has no functions yet.
    public init() {}

    /// Sets what instances that start from now on are told about where functions are.
    func tell(_ variables: [String: String]) {
        addresses.variables.withLock { $0 = variables }
    }

    /// Variables of every instance.
    var variables: [String: String] {
        addresses.variables.withLock { $0 }.merging(["HKS_DEVELOP": "1"]) { $1 }
    }

    /// The variable that tells where a function is: `HKS_URL_ORDER_API` for `order-api`.
    static func variable(of function: String) -> String {
        "HKS_URL_" + function.uppercased().replacing("-", with: "_")
    }
}

/// Where functions are, as it changes while a platform runs.
private final class FunctionAddresses: Sendable {
    let variables = Mutex<[String: String]>([:])
}
