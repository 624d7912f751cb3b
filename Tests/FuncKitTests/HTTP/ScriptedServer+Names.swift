import TestSupport

// The names that the tests here use without asking where the types are.
typealias ScriptedServer = TestSupport.ScriptedServer
typealias ServerConnection = TestSupport.ServerConnection
typealias ServerExchange = TestSupport.ServerExchange

/// Runs a test against a server and ends the server afterwards.
func withServer<T>(
    _ handler: @escaping ScriptedServer.Handler,
    _ body: (ScriptedServer) async throws -> T
) async throws -> T {
    try await TestSupport.withServer(handler, body)
}
