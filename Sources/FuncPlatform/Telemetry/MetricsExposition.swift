import Foundation
import FuncKit

/// The Prometheus text format, version 0.0.4:
/// https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
struct MetricsExposition {
    /// Content type of the text.
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private var text = ""

    /// Everything that is known now. Versions without a name are gone and left out.
    static func text(
        meters: [MetricsMeter],
        activities: [String: VersionActivity],
        series: [String: MetricsStore.Series],
        process: ProcessNumbers
    ) -> String {
        let known = series.sorted {
            ($0.value.project, $0.value.function, $0.value.version)
                < ($1.value.project, $1.value.function, $1.value.version)
        }
        let meters = meters.reduce(into: [:]) { $0[$1.versionID] = $1 }
        var exposition = MetricsExposition()
        exposition.addRequests(known.compactMap { id, series in meters[id].map { (Labels(series), $0.totals) } })
        exposition.addInstances(known.compactMap { id, series in activities[id].map { (Labels(series), $0) } })
        exposition.addBuilds(known.map(\.value))
        exposition.addProcess(process)
        return exposition.text
    }

    typealias Totals = (totals: MetricsTotals, inFlight: Int, usage: InstanceUsage?)

    private mutating func addRequests(_ all: [(Labels, Totals)]) {
        begin("hks_func_requests_total", "counter", "Requests that came to an end, by class of their status.")
        for (labels, all) in all {
            for (name, count) in zip(MetricsTotals.classes, all.totals.requests) where count > 0 {
                line("hks_func_requests_total", labels.with("code", name), Double(count))
            }
        }
        begin("hks_func_client_disconnects_total", "counter", "Requests whose client left before the end.")
        for (labels, all) in all { line("hks_func_client_disconnects_total", labels, Double(all.totals.clientsLeft)) }
        begin("hks_func_cold_starts_total", "counter", "Requests that waited for an instance to start.")
        for (labels, all) in all { line("hks_func_cold_starts_total", labels, Double(all.totals.coldStarts)) }
        begin("hks_func_requests_in_flight", "gauge", "Requests under way, those that wait included.")
        for (labels, all) in all { line("hks_func_requests_in_flight", labels, Double(all.inFlight)) }
        let name = "hks_func_request_duration_seconds"
        begin(name, "histogram", "Time from a request's arrival to the end of its answer.")
        for (labels, all) in all { addHistogram(name, labels, all.totals) }
        begin("hks_func_memory_bytes", "gauge", "Memory of all instances, as their limits count it.")
        for (labels, all) in all {
            if let usage = all.usage { line("hks_func_memory_bytes", labels, Double(usage.memoryBytes)) }
        }
        begin("hks_func_cpu_cores", "gauge", "Processor cores that all instances used at the last look.")
        for (labels, all) in all {
            if let cores = all.usage?.cores { line("hks_func_cpu_cores", labels, cores) }
        }
    }

    private mutating func addHistogram(_ name: String, _ labels: Labels, _ totals: MetricsTotals) {
        var sum: UInt64 = 0
        for (bound, count) in zip(MetricsTotals.bounds + [.infinity], totals.durations) {
            sum += count
            line(name + "_bucket", labels.with("le", Self.number(bound)), Double(sum))
        }
        line(name + "_sum", labels, totals.durationSum)
        line(name + "_count", labels, Double(sum))
    }

    private mutating func addInstances(_ all: [(Labels, VersionActivity)]) {
        begin("hks_func_instances", "gauge", "Instances by state.")
        for (labels, activity) in all {
            line("hks_func_instances", labels.with("state", "ready"), Double(activity.ready))
            line("hks_func_instances", labels.with("state", "starting"), Double(activity.starting))
            line("hks_func_instances", labels.with("state", "stopping"), Double(activity.stopping))
        }
        begin("hks_func_queue_depth", "gauge", "Requests that wait for an instance.")
        for (labels, activity) in all { line("hks_func_queue_depth", labels, Double(activity.queued)) }
    }

    private mutating func addBuilds(_ all: [MetricsStore.Series]) {
        begin("hks_func_build_duration_seconds", "gauge", "Time that the build of a version took.")
        for series in all {
            guard let milliseconds = series.buildMilliseconds else { continue }
            line("hks_func_build_duration_seconds", Labels(series), Double(milliseconds) / 1000)
        }
    }

    private mutating func addProcess(_ process: ProcessNumbers) {
        let numbers = [
            ("process_cpu_seconds_total", "counter", "Processor time of the platform.", process.cpuSeconds),
            ("process_resident_memory_bytes", "gauge", "Resident memory of the platform.", process.residentBytes),
            ("process_open_fds", "gauge", "Open files of the platform.", process.openFiles),
            ("process_start_time_seconds", "gauge", "Start of the platform, since 1970.", process.startTime),
        ]
        for (name, type, help, value) in numbers {
            begin(name, type, help)
            line(name, Labels(), value)
        }
    }

    // MARK: Syntax

    /// Names and values in braces.
    struct Labels {
        private var text = ""

        init() {}

        init(_ series: MetricsStore.Series) {
            self = Labels().with("project", series.project).with("function", series.function)
                .with("version", String(series.version))
        }

        func with(_ name: String, _ value: String) -> Labels {
            var labels = self
            labels.text += (text.isEmpty ? "" : ",") + "\(name)=\"\(Self.escaped(value))\""
            return labels
        }

        var braced: String { text.isEmpty ? "" : "{\(text)}" }

        private static func escaped(_ value: String) -> String {
            value.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
                .replacingOccurrences(of: "\n", with: "\\n")
        }
    }

    private mutating func begin(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    private mutating func line(_ name: String, _ labels: Labels, _ value: Double) {
        text += "\(name)\(labels.braced) \(Self.number(value))\n"
    }

    private static func number(_ value: Double) -> String {
        if value == .infinity { return "+Inf" }
        if value == value.rounded(), abs(value) < 1e15 { return String(Int(value)) }
        return String(value)
    }
}

/// What the platform itself uses.
struct ProcessNumbers: Sendable {
    var cpuSeconds = 0.0
    var residentBytes = 0.0
    var openFiles = 0.0
    /// Seconds since 1970.
    var startTime = 0.0

    /// Of this process, now.
    static func current() -> ProcessNumbers {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let seconds = { (time: timeval) in Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }
        let files = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return ProcessNumbers(
            cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime),
            residentBytes: Double(ProcessTable.residentBytes(of: getpid())),
            openFiles: Double(files.count),
            startTime: started
        )
    }

    /// Read once: the time since the machine's start moves on with the clock.
    private static let started: Double = {
        Date().timeIntervalSince1970 - (ProcessTable.status(of: getpid()).map(ProcessTable.age) ?? 0)
    }()
}
