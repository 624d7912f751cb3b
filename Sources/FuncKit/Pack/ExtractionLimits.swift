/// What an archive may unpack to.
public struct ExtractionLimits: Hashable, Sendable {
    /// Largest sum of all files, in bytes.
    public var maxBytes: Int
    /// Most files, links and folders, those above an entry included.
    public var maxFiles: Int
    /// How many times the archive's own size the files may be.
    public var maxRatio: Int
    /// Up to this sum the ratio does not matter, since small files of one letter are no attack.
    public var ratioFloor: Int

    /// Limits that fit a function's source.
    public init(
        maxBytes: Int = 2 << 30,
        maxFiles: Int = 100_000,
        maxRatio: Int = 200,
        ratioFloor: Int = 8 << 20
    ) {
        self.maxBytes = maxBytes
        self.maxFiles = maxFiles
        self.maxRatio = maxRatio
        self.ratioFloor = ratioFloor
    }
}
