import FuncKit
import NIOEmbedded
import TestSupport
import Testing

@testable import FuncPlatform

struct WaitingRoomTests {
    private let table = RouteTable()

    private var waiting: InstancePool? { table.route(project: "default", name: "hello")?.shares.first?.pool }

    private func isWaiting(_ pool: InstancePool?, on loop: EmbeddedEventLoop) -> Bool {
        guard case .waiting? = pool?.acquire(on: loop) else { return false }
        return true
    }

    @Test func `requests wait, are refused with the reason of a failure, and wait again for the repair`() {
        let (room, loop) = (WaitingRoom(routes: table, project: "default"), EmbeddedEventLoop())
        room.open("hello", triggers: [])
        #expect(isWaiting(waiting, on: loop))
        let error = FuncError(.buildFailed, "syntax error")
        room.refuse("hello", because: error)
        guard case .refused(.unavailable(let reason, _))? = waiting?.acquire(on: loop) else {
            Issue.record("not refused")
            return
        }
        #expect(reason == error)
        room.open("hello", triggers: [])
        #expect(isWaiting(waiting, on: loop))
        room.close("hello")
    }

    @Test func `a function's own route stays when the room is closed, and those that wait are sent on`() {
        let (room, loop) = (WaitingRoom(routes: table, project: "default"), EmbeddedEventLoop())
        room.open("hello", triggers: [])
        let old = waiting
        let pool = InstancePool()
        let version = RoutableVersion(versionID: "v", number: 1, percent: 100, pool: pool)
        table.replace(
            FunctionRoute(
                functionID: "f",
                name: "hello",
                project: "default",
                timeoutSeconds: 1,
                shares: [version],
                tags: [:]
            )
        )
        room.close("hello")
        #expect(waiting === pool)
        guard case .refused(.retired)? = old?.acquire(on: loop) else {
            Issue.record("the old pool still takes requests")
            return
        }
    }

    @Test func `whom triggers keep out does not get in by waiting`() {
        let room = WaitingRoom(routes: table, project: "default")
        room.open("hello", triggers: [TriggerSpec(name: "api", type: "http", config: ["auth": "token"])])
        #expect(table.route(project: "default", name: "hello")?.access.auth == .token)
        room.close("hello")
    }
}
