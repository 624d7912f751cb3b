import FuncKit
import NIOCore

// Functions that are not public: the client's credentials come before everything else.
extension Exchange {
    /// Longest wait for an answer about credentials.
    private static let patience = TimeAmount.seconds(10)

    /// Goes on once the client may call the function, ends the request where it may not.
    func admit(_ demand: CallerDemand) {
        let callers = loop.shared.callers
        if let decision = callers.known(demand) { return decided(decision) }
        let eventLoop = loop.eventLoop
        let exchange = NIOLoopBound(self, eventLoop: eventLoop)
        // Looking credentials up may wait for a database or another server; the event loop must not.
        let task = Task {
            let decision = await callers.decide(demand)
            eventLoop.execute { exchange.value.decided(decision) }
        }
        let timer = eventLoop.assumeIsolated().scheduleTask(in: Self.patience) { [weak self] in
            guard let self else { return }
            decided(.failure(.cannotAuthenticate))
        }
        state = .admitting(task, timer)
    }

    private func decided(_ decision: Result<AdmittedCaller, GatewayFailure>) {
        switch state {
        case .created: break
        case .admitting(_, let timer): timer.cancel()
        default: return
        }
        switch decision {
        case .success(let caller):
            state = .created
            request.admit(caller)
            proceed()
        case .failure(let failure): fail(failure)
        }
    }
}
