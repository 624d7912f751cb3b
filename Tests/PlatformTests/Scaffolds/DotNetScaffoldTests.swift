import Foundation
import TestSupport
import Testing

@Suite struct DotNetScaffoldTests {
    @Test func `all copies of the context and of the test program are the same`() throws {
        let scaffolds =
            try URL(fileURLWithPath: HostBuilds.hostsFolder).deletingLastPathComponent().path
            + "/scaffolds/dotnet"
        let probe = try String(contentsOfFile: HostLanguage.dotnet.probeFolder + "/FunctionContext.cs", encoding: .utf8)
        let read = { (name: String) in try String(contentsOfFile: "\(scaffolds)/\(name)", encoding: .utf8) }
        let program = try read("http/tests/Program.cs")
        for type in ["http", "event", "scheduled", "stream"] {
            #expect(try read("\(type)/FunctionContext.cs") == probe, "\(type)")
            #expect(try read("\(type)/tests/Program.cs") == program, "\(type)")
        }
    }
}
