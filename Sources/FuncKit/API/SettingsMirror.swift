import Foundation

/// Keeps the settings that a plain server drops in annotations, which it stores, so that a later update can send all of them
/// again: a `PUT` there replaces everything (wire reference, C5 and C7).
enum SettingsMirror {
    private static let settingsKey = "hks-func/settings"
    /// The one setting that other clients may want to read as well, in seconds.
    private static let timeoutKey = "hks-func/timeout"

    private struct Content: Codable {
        /// The runtime as it was sent: another one on the server means that somebody changed it since.
        var sentRuntime: String
        var settings: FunctionSettings

        private enum CodingKeys: String, CodingKey {
            case settings
            case sentRuntime = "sent_runtime"
        }
    }

    /// The annotations to send: those of the settings, and the mirror.
    static func annotations(for settings: FunctionSettings, sentRuntime: String) throws -> [String: String] {
        var mirrored = settings
        (mirrored.labels, mirrored.annotations) = ([:], [:])
        let content = try JSONEncoder.functionAPI.encode(Content(sentRuntime: sentRuntime, settings: mirrored))
        var annotations = settings.annotations
        annotations[settingsKey] = String(decoding: content, as: UTF8.self)
        annotations[timeoutKey] = String(settings.timeout)
        return annotations
    }

    /// The function with the mirrored settings in place of the defaults, and without the mirror. What the server itself
    /// tells wins.
    static func restored(_ function: Function) -> Function {
        guard let text = function.settings.annotations[settingsKey],
            // Annotations are anybody's to write: what cannot be read is left alone.
            let content = try? JSONDecoder.functionAPI.decode(Content.self, from: Data(text.utf8))
        else { return function }
        var restored = function
        restored.settings = content.settings
        restored.settings.labels = function.settings.labels
        restored.settings.annotations = function.settings.annotations
        restored.settings.annotations[settingsKey] = nil
        restored.settings.annotations[timeoutKey] = nil
        if function.settings.runtime != content.sentRuntime { restored.settings.runtime = function.settings.runtime }
        if !function.settings.handler.isEmpty { restored.settings.handler = function.settings.handler }
        return restored
    }
}
