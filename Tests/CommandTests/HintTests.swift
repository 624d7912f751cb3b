import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import hks_func

/// What messages tell people to run can be run.
@Suite struct HintTests {
    struct Advice: Sendable, CustomTestStringConvertible {
        let words: [String]
        let place: String
        var testDescription: String { "\(words.joined(separator: " ")) (\(place))" }
    }

    /// All texts of the form `'hks-func …'` in the sources, with samples in place of what is filled in.
    private static let advice: [Advice] = {
        let folder = Repository.path("Sources")
        let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return files.filter { $0.hasSuffix(".swift") && !$0.contains("/Content/") }.sorted().flatMap { file in
            let text = (try? String(contentsOfFile: folder + "/" + file, encoding: .utf8)) ?? ""
            return text.matches(of: /'hks-func ([^'\n]+)'/).map { match in
                Advice(words: words(String(match.1)), place: file)
            }
        }
    }()

    private static func words(_ text: String) -> [String] {
        text.replacing("\\(before.shareText)", with: "v1=100").replacing(/v\\\([^)]*\)/, with: "v1")
            .replacing(/\\\([^)]*\)/, with: "hello").replacing("…", with: "example.com")
            .split(separator: " ").map(String.init)
    }

    @Test func `there is advice`() {
        #expect(Self.advice.count > 50)
    }

    @Test(arguments: advice)
    func `advice names commands and flags that exist`(advice: Advice) throws {
        guard advice.words != ["--version"] else { return }
        try UnknownCommand.check(advice.words)
        do {
            _ = try HKSFunc.parseAsRoot(advice.words)
        } catch {
            // A command may be named without what it needs.
            let message = HKSFunc.message(for: error)
            #expect(!message.hasPrefix("Unknown option") && !message.contains("unexpected argument"), "\(message)")
        }
    }
}
