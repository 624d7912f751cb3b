import Foundation
import Testing

@testable import FuncPlatform

/// JSON that is handed on byte for byte.
struct RawJSONTests {
    @Test(
        arguments: [
            (#"{"Name":"A","RUNTIME":1}"#, #"{"name":"A","runtime":1}"#),
            (#" { "A" : { "B" : ["C"] } , "D" : "E,{" }"#, #" { "a" : { "B" : ["C"] } , "d" : "E,{" }"#),
            (#"{"a":"\"B\":","C":[{"D":1},"E"]}"#, #"{"a":"\"B\":","c":[{"D":1},"E"]}"#),
            (#"{"É\u0041":1}"#, #"{"É\u0041":1}"#), (#"[{"A":1},"B"]"#, #"[{"A":1},"B"]"#), (#""A""#, #""A""#),
            ("", ""), ("{", "{"), (#"{"A"#, #"{"a"#), (#"{"A\"#, #"{"a\"#), ("}}}]]", "}}}]]"),
            (#"}{"A":1}"#, #"}{"A":1}"#),
        ]
    )
    func `names of an object are put into lower case, and nothing else`(given: String, expected: String) {
        let result = RawJSON.lowercasingNames(of: Data(given.utf8))
        #expect(String(decoding: result, as: UTF8.self) == expected)
    }
}
