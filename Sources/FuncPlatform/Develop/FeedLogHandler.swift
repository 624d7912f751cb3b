import FuncKit
import Logging

/// Hands what the platform of a session says to whoever shows the session, who alone writes to the terminal.
struct FeedLogHandler: LogHandler {
    let feed: DevelopFeed
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        // What the web framework below says at its end is for its own developers.
        guard event.source == "FuncPlatform" else { return }
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        let text = (["platform: \(event.message)"] + facts.map { "\($0.key)=\($0.value)" }).joined(separator: " ")
        feed.send(event.level >= .warning ? .warning(function: nil, text) : .notice(function: nil, text))
    }
}
