extension Clock where Duration == Swift.Duration {
    /// Tells the time that has passed on this clock since the call, for whoever has it as `any Clock`, whose times cannot be
    /// compared.
    public func stopwatch() -> @Sendable () -> Swift.Duration {
        let start = now
        return { start.duration(to: now) }
    }
}
