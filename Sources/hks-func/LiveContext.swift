import FuncKit
import Foundation

enum LiveContext {
    static func make(console: Console, environment: [String: String]) throws -> CommandContext {
        throw FuncError(.internalError, "not wired")
    }
}
extension CommandContext {
    func projectFunctionName() throws -> String { throw FuncError(.internalError, "not wired") }
}
