import Foundation

/// Lets time pass where time itself is what a test is about, such as a server that trickles; nothing waits for a result this way.
public enum Pace {
    /// Holds up the calling thread, which must not be one of the cooperative pool.
    public static func hold(milliseconds: Int) {
        Thread.sleep(forTimeInterval: Double(milliseconds) / 1000)
    }

    /// Holds up the calling task.
    public static func pause(milliseconds: Int) async throws {
        try await Task.sleep(for: .milliseconds(milliseconds))
    }
}
