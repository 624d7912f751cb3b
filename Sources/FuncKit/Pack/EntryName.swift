/// A path inside a source tree or an archive, relative to its root, as the bytes the file system holds.
///
/// File names need not be UTF-8, so they are kept as bytes; names sort bytewise, which does not depend on the locale.
struct EntryName: Hashable, Comparable, Sendable {
    /// The bytes; components are parted by one slash, there is none at the end.
    let bytes: [UInt8]

    /// The root itself.
    static let root = EntryName([])

    /// Takes bytes that are a clean relative path already.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Joins components.
    init(components: some Sequence<ArraySlice<UInt8>>) {
        bytes = Array(components.joined(separator: [UInt8(ascii: "/")]))
    }

    /// The parts between slashes.
    var components: [ArraySlice<UInt8>] {
        bytes.split(separator: UInt8(ascii: "/"))
    }

    /// The last component; empty for the root.
    var last: [UInt8] { Array(Self.last(of: bytes[...])) }

    /// The last component of a path.
    static func last(of path: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        path.lastIndex(of: UInt8(ascii: "/")).map { path[($0 + 1)...] } ?? path
    }

    /// The folder it lies in; the root for a name without slash and for the root itself.
    var parent: EntryName {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return .root }
        return EntryName(Array(bytes[..<slash]))
    }

    /// All folders above it, nearest first, without the root.
    var ancestors: some Sequence<EntryName> {
        sequence(first: parent) { $0.parent }.prefix { $0 != .root }
    }

    /// The name of something inside this folder.
    func appending(_ component: [UInt8]) -> EntryName {
        if bytes.isEmpty { return EntryName(component) }
        var name: [UInt8] = []
        name.reserveCapacity(bytes.count + 1 + component.count)
        name += bytes
        name.append(UInt8(ascii: "/"))
        name += component
        return EntryName(name)
    }

    /// The name seen from a folder above it; nil where it lies elsewhere.
    func below(_ folder: EntryName) -> EntryName? {
        if folder == .root { return self }
        guard bytes.count > folder.bytes.count + 1, bytes.starts(with: folder.bytes),
            bytes[folder.bytes.count] == UInt8(ascii: "/")
        else { return nil }
        return EntryName(Array(bytes[(folder.bytes.count + 1)...]))
    }

    /// Whether the name is valid UTF-8.
    var isUTF8: Bool {
        String(validating: bytes, as: UTF8.self) != nil
    }

    /// The name for people: what is not UTF-8 and what would move the cursor stands as `\xHH`.
    var text: String { Self.text(bytes) }

    /// Writes any bytes for people, in the way of ``text``.
    static func text(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains(where: isControl) {
            return text
        }
        var text = ""
        var rest = bytes[...]
        while let byte = rest.first {
            // A UTF-8 sequence is at most four bytes long.
            let scalar = (1...min(4, rest.count)).lazy
                .compactMap { length in String(validating: rest.prefix(length), as: UTF8.self) }
                .first { $0.unicodeScalars.count == 1 && !$0.unicodeScalars.contains(where: isControl) }
            text += scalar ?? "\\x" + Digest.hex(CollectionOfOne(byte))
            rest = rest.dropFirst(scalar?.utf8.count ?? 1)
        }
        return text
    }

    static func < (left: EntryName, right: EntryName) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control
    }
}
