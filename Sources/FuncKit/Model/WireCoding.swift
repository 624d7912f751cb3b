import Foundation

extension JSONDecoder {
    /// Reads Function API bodies: RFC 3339 times in all forms that servers send.
    public static var functionAPI: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let text = try decoder.singleValueContainer().decode(String.self)
            guard let date = WireDate.parse(text) else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not an RFC 3339 time")
                )
            }
            return date
        }
        return decoder
    }
}

extension JSONEncoder {
    /// Writes Function API bodies and command output: sorted keys, RFC 3339 UTC times, plain slashes.
    public static var functionAPI: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(WireDate.format(date))
        }
        return encoder
    }
}

/// What a tolerant reader does with fields that servers leave out, send as `null`, or fill with Go's zero time.
extension KeyedDecodingContainer {
    /// The value, or `fallback` where the field is missing or null.
    func value<T: Decodable>(_ key: Key, or fallback: T) throws -> T {
        try decodeIfPresent(T.self, forKey: key) ?? fallback
    }

    /// The text, or an empty one where the field is missing or null.
    func text(_ key: Key) throws -> String {
        try value(key, or: "")
    }

    /// The text, or nil where the field is missing, null or empty.
    func nonEmptyText(_ key: Key) throws -> String? {
        let text = try text(key)
        return text.isEmpty ? nil : text
    }

    /// The time, or nil where the field is missing, null, empty or in year 1.
    func time(_ key: Key) throws -> Date? {
        guard let text = try nonEmptyText(key) else { return nil }
        guard let date = WireDate.parse(text) else {
            throw DecodingError.dataCorruptedError(
                forKey: key,
                in: self,
                debugDescription: "'\(text)' is not an RFC 3339 time"
            )
        }
        return WireDate.isAbsent(date) ? nil : date
    }
}
