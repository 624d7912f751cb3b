import Foundation
import FuncKit
import TestSupport

@testable import FuncPlatform

/// The documents of outside issuers, by address; counts how often they are asked for.
final class FakeKeySets: KeySetFetching {
    let documents = MutexBox<[String: String]>([:])
    let requests = MutexBox<[String]>([])

    func document(at url: String) async throws -> Data {
        requests.mutate { $0.append(url) }
        guard let text = documents.current[url] else { throw FuncError(.unreachable, "no connection to '\(url)'") }
        return Data(text.utf8)
    }

    func publish(_ text: String, at url: String) {
        documents.mutate { $0[url] = text }
    }
}
