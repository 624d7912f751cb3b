import Testing

@testable import FuncPlatform

/// How answers of functions name their header fields in the Function API.
struct HeaderSpellingTests {
    @Test(
        arguments: [
            ("content-type", "Content-Type"), ("CONTENT-LENGTH", "Content-Length"), ("Set-Cookie", "Set-Cookie"),
            ("etag", "Etag"), ("x-a--b", "X-A--B"), ("-x", "-X"), ("x", "X"),
        ]
    )
    func `fields are spelled as Go spells them`(name: String, spelled: String) {
        #expect(HeaderRules.spelled(name) == spelled)
    }
}
