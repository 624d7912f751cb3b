import ArgumentParser
import FuncKit

/// A length of time as people give it: `500ms`, `2s`, `5m`, or a number of seconds.
struct TimeLength: ExpressibleByArgument, Hashable, Sendable {
    let milliseconds: Int

    init(milliseconds: Int) {
        self.milliseconds = milliseconds
    }

    init?(argument: String) {
        let text = argument.allSatisfy { $0.isASCII && $0.isNumber } ? argument + "s" : argument
        guard let milliseconds = FuncKit.DurationText.milliseconds(text), milliseconds > 0 else { return nil }
        self.milliseconds = milliseconds
    }

    var defaultValueDescription: String {
        milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
    }
}
