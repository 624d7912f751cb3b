import Foundation
import FuncKit
import Testing

struct RequestSampleTests {
    private func read(_ text: String) throws -> InvokeRequest {
        try RequestSample.read(Data(text.utf8), file: "events/request.json")
    }

    @Test func `a request in the words of cases`() throws {
        let request = try read(
            #"""
            {
            	"request": {
            		"method": "put", "path": "/orders/7?dry=1",
            		"query": { "tag": ["a b", "c&d"], "n": 1, "none": "" },
            		"headers": { "Accept": "text\/plain", "X-Many": ["1", "2"] },
            		"json": {"list":[true,null,1.5,-2e3,"2*"],"big":18446744073709551616,"text":"\u00e9 \ud83d\ude00 \\ud83d"}
            	}
            }
            """#
        )
        #expect(request.method == "PUT")
        #expect(request.path == "/orders/7?dry=1")
        #expect(request.query == ["tag": ["a b", "c&d"], "n": ["1"], "none": [""]])
        #expect(request.target == "/orders/7?dry=1&n=1&none=&tag=a%20b&tag=c%26d")
        #expect(
            request.headers == [
                "Accept": ["text/plain"], "X-Many": ["1", "2"], "Content-Type": ["application/json"],
            ]
        )
        let body: JSONValue = .object([
            "list": .array([.bool(true), .null, .number(1.5), .integer(-2000), .string("2*")]),
            "big": .number(18_446_744_073_709_551_616), "text": .string("é 😀 \\ud83d"),
        ])
        #expect(try JSONValue(parsing: try #require(request.body)) == body)
    }

    @Test(
        arguments: [
            (#"{"request":{}}"#, "GET", nil), (#"{"request":{"body":"a\nb"}}"#, "POST", Data("a\nb".utf8)),
            (#"{"request":{"base64":"AP8="}}"#, "POST", Data([0, 0xFF])),
            (#"{"request":{"json":null}}"#, "POST", Data("null".utf8)),
            (#"{"request":{"body":null,"method":null}}"#, "GET", nil),
        ] as [(String, String, Data?)]
    )
    func `what is left out has its usual value`(text: String, method: String, body: Data?) throws {
        let request = try read(text)
        #expect(request.method == method)
        #expect(request.path == "/")
        #expect(request.body == body)
    }

    @Test(arguments: [
        (#"{"request":{"path":"http://example.com/"}}"#, "'path' starts with '/'", 1, 20),
        (#"{"request":{"path":"/a b"}}"#, "'path' starts with '/'", 1, 20),
        (#"{"request":{"path":"/\r\nX: y"}}"#, "'path' starts with '/'", 1, 20),
        (#"{"request":{"path":["/"]}}"#, "'path' is a text", 1, 20),
        ("{\n  \"request\": {\n    \"headers\": {\"a\": \"b\\nc\"}\n  }\n}", "no header field of one line", 3, 22),
        (#"{"request":{"headers":{"a b":"c"}}}"#, "no header field of one line", 1, 30),
        (#"{"request":{"headers":{"":"c"}}}"#, "no header field of one line", 1, 27),
        (#"{"request":{"headers":{"a":{}}}}"#, "header fields are", 1, 28),
        (#"{"request":{"headers":[]}}"#, "header fields are", 1, 23),
        (#"{"request":{"query":"a=b"}}"#, "query items are", 1, 21),
        (#"{"request":{"body":{"a":1}}}"#, "'body' is a text", 1, 20),
        (#"{"request":{"base64":"?"}}"#, "'base64' is not Base64", 1, 22),
        (#"{"request":{"body":"","json":1}}"#, "exclude each other", 1, 20),
        (#"{"request":{"method":"GET /"}}"#, "is no method", 1, 22),
        (#"{"request":{"metod":"GET"}}"#, "the key 'metod' is not known", 1, 13),
        (#"{"request":[]}"#, "here belong keys with values", 1, 12),
        (#"{"request":"GET /"}"#, "here belong keys with values", 1, 12),
        (#"{"request":{},}"#, "malformed JSON", 1, 15),
        ("{\"request\": {}", "malformed JSON", 1, 15),
        ("", "malformed JSON", 1, 1),
    ])
    func `faults are located`(text: String, message: String, line: Int, column: Int) throws {
        let error = #expect(throws: FuncError.self) { try read(text) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(error?.location == SourceLocation(file: "events/request.json", line: line, column: column))
    }

    @Test(arguments: ["[]", "7", "{}", #"{"request":{},"expect":{}}"#, #"{"Request":{}}"#])
    func `what describes no request says how one is written`(text: String) throws {
        let error = #expect(throws: FuncError.self) { try read(text) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message == "'events/request.json' describes no request")
        #expect(error?.hint?.contains("'request'") == true)
    }

    @Test func `bytes that are no text, and bytes without end`() {
        let bytes = Data(#"{"request":{"body":""#.utf8) + Data([0xC3, 0x28]) + Data(#""}}"#.utf8)
        let broken = #expect(throws: FuncError.self) { try RequestSample.read(bytes, file: "r.json") }
        #expect(broken?.message.contains("not UTF-8") == true)
        #expect(broken?.location == SourceLocation(file: "r.json", line: 1, column: 20))
        let large = #expect(throws: FuncError.self) {
            try RequestSample.read(Data(count: 100 << 20), file: "r.json")
        }
        #expect(large?.message == "the file has 104857600 bytes, and the description of a request may have 1048576")
        let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        let nested = #expect(throws: FuncError.self) { try read(#"{"request":{"json":\#(deep)}}"#) }
        #expect(nested?.code == .invalidArgument)
        #expect(nested?.location?.line == 1)
    }
}
