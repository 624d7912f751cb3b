extension Capabilities {
    /// Whether the server has the canonical routes and none of our extensions: sources travel inside the calls, versions are
    /// numbered and named by the client, and settings belong to the function (wire reference, sections 1.1–1.3).
    var isPlain: Bool { !supportsSourceUpload }

    /// How this server spells a runtime (wire reference, section 6): its very version where the server lists it, else the
    /// language alone.
    /// - Throws: `runtime_unknown` for what is no runtime, or none that the server lists.
    func spelling(of runtime: String) throws(FuncError) -> String {
        let wanted = try RuntimeCatalog.require(runtime)
        guard !supportedRuntimes.isEmpty else { return runtime }
        let offered = supportedRuntimes.map { (spelling: $0, name: RuntimeCatalog.normalise($0)) }
            .filter { $0.name?.family == wanted.family }
        if wanted.version != nil, let exact = offered.first(where: { $0.name == wanted }) { return exact.spelling }
        if let anyVersion = offered.first(where: { $0.name?.version == nil && $0.name?.variant == nil }) {
            return anyVersion.spelling
        }
        // Programs that bring their own server run under this name, which no list of runtimes has.
        if [.rust, .custom].contains(wanted.family) { return RuntimeFamily.custom.rawValue }
        throw FuncError(
            .runtimeUnknown,
            "this server does not run '\(runtime)'",
            hint: "it runs \(supportedRuntimes.joined(separator: ", "))"
        )
    }
}
