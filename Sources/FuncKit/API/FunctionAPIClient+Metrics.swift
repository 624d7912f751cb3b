import Foundation

extension FunctionAPIClient {
    /// The numbers of a time range.
    public func metrics(of function: String, query: MetricsQuery) async throws -> MetricsReport {
        var call = functionCall("GET", function, "metrics", attempt: "read the metrics of function '\(function)'")
        if let start = query.start { call.query.append(("start", WireDate.format(start))) }
        if let end = query.end { call.query.append(("end", WireDate.format(end))) }
        if let seconds = query.resolutionSeconds { call.query.append(("resolution", "\(seconds)s")) }
        if let version = query.version { call.query.append(("version", version.wireValue)) }
        return try await value(call, about: function)
    }
}
