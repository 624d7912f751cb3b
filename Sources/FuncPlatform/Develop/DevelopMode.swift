import FuncKit
import Synchronization

/// What is particular to a platform on which functions are developed: its data can be made anew, its functions show
/// callers what went wrong, and each is told where the others are.
public struct DevelopMode: Sendable {
    private let addresses = FunctionAddresses()

    /// A platform that has no functions yet.
    public init() {}

    /// Sets where the gateway is, and where each function is, for instances that start from now on.
    func tell(gateway: String, functions: [String: String]) {
        var variables = ["HKS_URL": gateway]
        for (name, url) in functions { variables[Self.variable(of: name)] = url }
        addresses.variables.withLock { $0 = variables }
    }

    /// Where functions are: `HKS_URL`, and `HKS_URL_<NAME>` for each.
    var addressVariables: [String: String] { addresses.variables.withLock { $0 } }

    /// Variables of every instance.
    var variables: [String: String] { addressVariables.merging(["HKS_DEVELOP": "1"]) { $1 } }

    /// The variable that tells where a function is: `HKS_URL_ORDER_API` for `order-api`.
    static func variable(of function: String) -> String {
        "HKS_URL_" + function.uppercased().replacing("-", with: "_")
    }
}

/// Where functions are, as it changes while a platform runs.
private final class FunctionAddresses: Sendable {
    let variables = Mutex<[String: String]>([:])
}
