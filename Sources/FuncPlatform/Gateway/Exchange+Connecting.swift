import FuncKit
import NIOCore

extension Exchange {
    /// Waits between attempts to reach an instance. An instance that died is out of its pool within milliseconds; one whose
    /// accept queue is full needs a little longer.
    private static let retryDelays: [TimeAmount] = [
        .milliseconds(5), .milliseconds(25), .milliseconds(100), .milliseconds(400),
    ]

    /// Begins: with the client's credentials where the function wants some.
    func start() {
        if let demand = request.demand { admit(demand) } else { proceed() }
    }

    /// Goes on: with a slot of the version's pool for a function, at once for the control API.
    func proceed() {
        switch request.destination {
        case .control: connect(to: loop.shared.configuration.control)
        case .function: acquire(mayReroute: true)
        }
    }

    /// Opens a connection of its own to the instance that the request has a slot of.
    func connectAnew() {
        switch request.destination {
        case .control: open(loop.shared.configuration.control)
        case .function:
            guard let lease else { return fail(.upstreamDied) }
            open(lease.instance.endpoint)
        }
    }

    private func acquire(mayReroute: Bool) {
        guard let target else { return fail(.upstreamUnreachable) }
        let pool = target.version.pool
        switch pool.acquire(on: loop.eventLoop) {
        case .ready(let lease):
            take(lease)
            connect(to: lease.instance.endpoint)
        case .refused(let refusal): refused(refusal, mayReroute: mayReroute)
        case .waiting(let ticket):
            state = .waiting(ticket, pool)
            ticket.lease.assumeIsolated().whenComplete { [self] result in
                // Cancelled while it waited: a lease that came all the same releases itself.
                guard case .waiting = state else { return }
                switch result {
                case .success(let lease):
                    take(lease)
                    connect(to: lease.instance.endpoint)
                case .failure(let error):
                    refused(error as? PoolRefusal ?? .overloaded, mayReroute: mayReroute)
                }
            }
        }
    }

    /// A version may be retired between the look-up of its route and the request for a slot: the swapped route has another.
    private func refused(_ refusal: PoolRefusal, mayReroute: Bool) {
        state = .created
        guard refusal == .retired, mayReroute, let old = target else { return fail(GatewayFailure(refusal)) }
        let table = loop.shared.router.table
        guard let route = table.route(project: old.route.project, name: old.route.name),
            let version = table.choose(from: route, tag: old.tag), version.pool !== old.version.pool
        else { return fail(GatewayFailure(refusal)) }
        aim(at: FunctionTarget(route: route, tag: old.tag, version: version))
        acquire(mayReroute: false)
    }

    private func connect(to endpoint: InstanceEndpoint) {
        guard let kept = loop.upstreams.take(endpoint) else { return open(endpoint) }
        usesKeptConnection = true
        send(on: kept)
    }

    private func open(_ endpoint: InstanceEndpoint) {
        usesKeptConnection = false
        state = .connecting
        loop.upstreams.connect(endpoint) { [self] result in
            guard case .connecting = state else {
                if case .success(let connection) = result { connection.close() }
                return
            }
            switch result {
            case .success(let connection): send(on: connection)
            case .failure: connectingFailed()
            }
        }
    }

    /// Nothing was sent, so another attempt is safe for every method, with whichever instance is free then.
    private func connectingFailed() {
        guard connectAttempts < Self.retryDelays.count else { return fail(.upstreamUnreachable) }
        let delay = Self.retryDelays[connectAttempts]
        connectAttempts += 1
        lease?.release()
        lease = nil
        state = .retrying(loop.eventLoop.assumeIsolated().scheduleTask(in: delay) { [self] in proceed() })
    }
}
