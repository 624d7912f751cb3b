extension InvokeRequest {
    /// What stands in the request line (RFC 9112, 3.2.1): the path, and the query items by name, percent-encoded. Items go behind
    /// a query that the path has itself.
    public var target: String {
        let items = query.sorted { $0.key < $1.key }.flatMap { name, values in
            values.map { "\(PercentEncoding.encode(name))=\(PercentEncoding.encode($0))" }
        }
        guard !items.isEmpty else { return path }
        return path + (path.contains("?") ? "&" : "?") + items.joined(separator: "&")
    }
}
