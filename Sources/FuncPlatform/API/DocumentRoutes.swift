import Foundation
import FuncKit
import Hummingbird
import NIOCore
import Synchronization

/// `/openapi.json`: the API's own description, for tools that generate clients and tests.
final class DocumentRoutes: Sendable {
    private let path: String
    private let document = Mutex<Data?>(nil)

    /// Serves the OpenAPI document, a YAML file at `path`.
    init(path: String) {
        self.path = path
    }

    func add(to group: APIRouteGroup) {
        group.on(.get, "/openapi.json", .open) { [self] _, _ in
            let body = ByteBuffer(bytes: try json())
            return Response(
                status: .ok,
                headers: [.contentType: "application/json; charset=utf-8"],
                body: ResponseBody(byteBuffer: body)
            )
        }
    }

    /// Read once, at the first request: few ask for it.
    private func json() throws -> Data {
        try document.withLock { document in
            if let document { return document }
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let json = try YAMLText.json(from: text)
            document = json
            return json
        }
    }
}
