import FuncKit
import Testing

/// The demands that are made of any function, made of every host.
@Suite("Host contract: any function", .serialized)
struct ContractCheckTests {
    @Test(arguments: HostLanguage.allCases, ContractCheck.all)
    func `keeps the contract`(language: HostLanguage, check: ContractCheck) async throws {
        for type in FunctionType.allCases where check.types.contains(type) {
            var environment = check.environment
            environment["HKS_TYPE"] = type.rawValue
            let probe = type == .http ? "echo" : "nothing"
            try await HostProcess.with(language, probe: probe, environment: environment) { host in
                try await check.run(on: host)
            }
            // What HTTP does is the same for all types.
            if check.types.count == FunctionType.allCases.count { return }
        }
    }

    @Test func `every point of the contract that any function shows has a check`() {
        #expect(Set(ContractCheck.all.map(\.id)).count == ContractCheck.all.count)
        #expect(Set(ContractCheck.all.map(\.point)) == [1, 2, 3, 4, 10])
    }
}
