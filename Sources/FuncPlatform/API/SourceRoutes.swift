import Foundation
import FuncKit
import Hummingbird

/// `/functions/sources/{sha256}`: source archives, uploaded as they are and resumable.
struct SourceRoutes: Sendable {
    let artifacts: ArtifactStore

    func add(to group: APIRouteGroup) {
        group.on(.head, "/sources/{digest}", .permission(.changeFunctions, .workspace)) { _, context in
            let digest = try digest(context)
            if try await artifacts.contains(digest, for: context.principal) { return Response(status: .ok) }
            let received = try await artifacts.received(digest, holder: context.principal.sourceHolder)
            return Response(status: .notFound, headers: [.uploadOffset: "\(received)"])
        }
        group.on(.put, "/sources/{digest}", .permission(.changeFunctions, .workspace)) { request, context in
            let digest = try digest(context)
            let range = try range(of: request)
            if try await artifacts.contains(digest, for: context.principal) {
                return try Response.json(["digest": digest])
            }
            let holder = context.principal.sourceHolder
            switch try await artifacts.receive(digest, range: range, body: request.body, holder: holder) {
            case .present: return try Response.json(["digest": digest])
            case .stored: return try Response.json(["digest": digest], status: .created)
            case .partial(let received): return try Response.json(["received": received], status: .accepted)
            }
        }
    }

    private func digest(_ context: APIContext) throws -> String {
        let digest = try context.path("digest")
        guard Digest.isValid(digest) else {
            throw FuncError(.invalidArgument, "'\(digest)' is not a SHA-256 digest of 64 lower-case hex digits")
        }
        return digest
    }

    private func range(of request: Request) throws -> UploadRange {
        if let text = request.headers[.contentRange] { return try UploadRange(contentRange: text) }
        return .whole(length: request.headers[.contentLength].flatMap { Int($0) })
    }
}
