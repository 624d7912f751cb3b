import Foundation
import FuncKit

/// Ends what the instances of a killed platform left running. Blocks, for up to some seconds.
struct OrphanReaper {
    private let patience: Duration = .seconds(5)

    /// Kills every process of a recorded instance and waits until they are gone. Returns how many there were.
    func end(_ record: InstanceRecord) -> Int {
        guard record.bootID == ProcessTable.bootID else { return 0 }
        let found = processes(of: record)
        let deadline = ContinuousClock.now + patience
        var left = found
        while !left.isEmpty, ContinuousClock.now < deadline {
            for process in left { kill(process.id, SIGKILL) }
            usleep(2000)
            left = processes(of: record)
        }
        return found.count
    }

    /// The recorded process, its session, and whatever else was started with the instance's socket in its environment.
    private func processes(of record: InstanceRecord) -> [ProcessStatus] {
        let all = ProcessTable.all().filter { !$0.isZombie && $0.id != getpid() }
        let leader = ProcessTable.status(of: record.processID)
        let isLeaderOurs = leader?.startTime == record.startTime
        let mark = "\(InstanceEnvironment.socketVariable)=\(record.socket)"
        return all.filter { process in
            if isLeaderOurs && process.session == record.processID { return true }
            return ProcessTable.hasVariable(mark, processID: process.id)
        }
    }
}
