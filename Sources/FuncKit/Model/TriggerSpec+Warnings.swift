extension TriggerSpec {
    /// What a server that acts upon `supportedTypes` (see ``Capabilities``) keeps of this trigger without doing anything
    /// about it, one line for people each.
    public func warnings(supportedTypes: [String]) -> [String] {
        guard supportedTypes.contains(type) else {
            return ["trigger '\(name)' is kept, but this server does not fire triggers of type '\(type)'"]
        }
        let ignored = ["cors", "rate_limit"].filter { setting in
            config.keys.contains { $0 == setting || $0.hasPrefix(setting + ".") }
        }
        guard type == Self.http else { return [] }
        return ignored.map { "'\($0)' of trigger '\(name)' is kept, but nothing acts upon it" }
    }
}
