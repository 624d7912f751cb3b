/// Memory as a manifest writes it: `256Mi`, `1Gi`, `500M`, or plain bytes.
enum MemoryQuantity {
    private static let units: [(suffix: String, bytes: Int)] = [
        ("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30), ("k", 1000), ("K", 1000), ("M", 1_000_000),
        ("G", 1_000_000_000),
    ]

    /// The bytes that a text names, or nil where it names none.
    static func bytes(_ text: String) -> Int? {
        let unit = units.first { text.hasSuffix($0.suffix) }
        guard let number = Double(text.dropLast(unit?.suffix.count ?? 0)), number > 0 else { return nil }
        let bytes = number * Double(unit?.bytes ?? 1)
        return bytes < Double(Int.max) ? Int(bytes) : nil
    }
}
