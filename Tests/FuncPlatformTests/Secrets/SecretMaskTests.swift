import Foundation
import FuncKit
import Testing

@testable import FuncPlatform

@Suite struct SecretMaskTests {
    private func mask(_ values: String...) throws -> SecretMask {
        try #require(SecretMask(values.map { Data($0.utf8) }))
    }

    @Test(arguments: [
        ("pass s3cr/t+x=1?", "pass ***"), ("s3cr/t+x=1?s3cr/t+x=1?", "******"), ("nothing here", "nothing here"),
        ("b64 czNjci90K3g9MT8=.", "b64 ***."), ("b64 czNjci90K3g9MT8.", "b64 ***."), ("", ""),
        ("url s3cr%2Ft%2Bx%3D1%3F!", "url ***!"), ("url s3cr%2ft%2bx%3d1%3f!", "url ***!"),
        ("grüße s3cr/t+x=1? ☀️", "grüße *** ☀️"), ("s3cr/t+x=1", "s3cr/t+x=1"),
    ])
    func `masks a value and its usual encodings`(text: String, expected: String) throws {
        #expect(try mask("s3cr/t+x=1?").masked(text) == expected)
    }

    @Test func `masks blanks of forms, and escapes of JSON in plain text`() throws {
        let mask = try mask("a \"b\"\\\tc")
        #expect(mask.masked("q=a+%22b%22%5C%09c&r=1") == "q=***&r=1")
        #expect(mask.masked(#"{"p":"a \"b\"\\\tc"}"#) == #"{"p":"***"}"#)
    }

    @Test func `masks the URL-safe form of base64`() throws {
        let value = Data([0xFB, 0xEF, 0xFF, 0xFE, 0x41, 0x42])
        let mask = try #require(SecretMask([value]))
        #expect(value.base64EncodedString() == "++///kFC")
        #expect(mask.masked("x ++///kFC y --___kFC z") == "x *** y *** z")
    }

    @Test func `a value of several lines is masked line by line, but for lines that say nothing`() throws {
        let mask = try mask("-----BEGIN KEY-----\r\nMIIEvQIBADAN\n}\n-----END KEY-----\n")
        #expect(mask.masked("MIIEvQIBADAN") == "***")
        #expect(mask.masked("  }") == "  }")
        #expect(mask.masked("see -----BEGIN KEY-----") == "see ***")
    }

    @Test func `a line end that belongs to the value is not needed to find it`() throws {
        #expect(try mask("hunter2\n").masked("pw hunter2") == "pw ***")
    }

    @Test func `values that overlap leave nothing of each other`() throws {
        #expect(try mask("abcdef", "defghi").masked("xabcdefghix") == "x***x")
        #expect(try mask("abcd", "abcdefgh").masked("abcdefgh abcdx") == "*** ***x")
    }

    @Test func `values that are too short are not looked for`() throws {
        #expect(SecretMask([Data("abc".utf8), Data()]) == nil)
        #expect(SecretMask([]) == nil)
        #expect(try mask("abc", "abcd").masked("abc abcd") == "abc ***")
    }

    @Test func `the beginning of a value at the end of a line that was cut is masked`() throws {
        let mask = try mask("s3cr3t-value")
        #expect(mask.masked("log s3cr3t-va", isCut: true) == "log ***")
        #expect(mask.masked("log s3cr3t-va") == "log s3cr3t-va")
        #expect(mask.masked("s3cr3t-value s3", isCut: true) == "*** ***")
        #expect(mask.masked("log", isCut: true) == "log")
    }

    @Test func `a long value is masked as soon as it is certain, and as far as it goes`() throws {
        let value = (0..<4000).map { "\($0 % 7)\($0)" }.joined()
        let mask = try mask(value)
        #expect(mask.masked("<\(value)>") == "<***>")
        #expect(mask.masked("<\(value.prefix(600))|") == "<***|")
        #expect(mask.masked("<\(value.prefix(500))|") == "<\(value.prefix(500))|")
    }

    /// A function must not be able to keep the platform busy with lines that nearly hold its secret.
    @Test func `the work is bounded for the worst text`() throws {
        let mask = try mask(String(repeating: "a", count: 60_000) + "b")
        let line = String(repeating: "a", count: 65_000)
        let time = ContinuousClock().measure { #expect(mask.masked(line) == "***") }
        // Quadratic work takes minutes.
        #expect(time < .seconds(20))
    }

    @Test func `bytes that are no text are masked as a log shows them`() throws {
        let value = Data([0x70, 0xFF, 0x71, 0xFE, 0x72, 0x73])
        let mask = try #require(SecretMask([value]))
        #expect(mask.masked("v=" + String(decoding: value, as: UTF8.self)) == "v=***")
    }

    @Test func `every text of an entry is masked`() throws {
        let entry = LogEntry(
            timestamp: Date(),
            message: "pw hunter2",
            requestID: "r-hunter2",
            traceID: "t-hunter2",
            fields: ["hunter2": "x", "token": "hunter2", "nested": #"{"a":"hunter2"}"#]
        )
        let masked = try mask("hunter2").masked(entry)
        #expect(!"\(masked)".contains("hunter2"))
        #expect(masked.fields["token"] == "***")
    }

    @Test func `every text of an error is masked`() throws {
        let error = FuncError(
            .buildFailed,
            "no hunter2",
            cause: "hunter2",
            details: ["line hunter2"],
            failures: [FuncError(.buildFailed, "hunter2")]
        )
        #expect(!"\(String(reflecting: try mask("hunter2").masked(error)))".contains("hunter2"))
    }
}
