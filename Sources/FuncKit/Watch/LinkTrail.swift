/// The way from a name to the file that it leads to, link by link, and every place on it where a change leads elsewhere.
struct LinkTrail: Hashable, Sendable {
    /// A name in a folder.
    struct Place: Hashable, Sendable {
        /// Path of the folder, without a link in it.
        var folder: EntryName
        /// The name in it.
        var last: [UInt8]
    }

    /// Places of all links on the way, then that of the file, or of the first name that is not there.
    let places: [Place]

    /// Follows `name`, from `folder` on or by its whole path. Whole paths are without the slash at their start here.
    init(_ name: EntryName, from folder: EntryName, in top: FolderHandle) {
        var walk = Walk(folder: name.isWholePath ? .root : folder, pending: name.components.reversed(), top: top)
        var places: [Place] = []
        while let step = walk.next() {
            if step.counts { places.append(step.place) }
        }
        self.places = places
    }

    /// Where the way ends, by its whole path.
    var end: EntryName? { places.last.map { $0.folder.appending($0.last) } }

    private struct Walk {
        var folder: EntryName
        /// To be walked, last one first.
        var pending: [ArraySlice<UInt8>]
        let top: FolderHandle
        /// Linux gives up after 40 links, too.
        var links = 40

        mutating func next() -> (place: Place, counts: Bool)? {
            guard let component = pending.popLast() else { return nil }
            if component.elementsEqual(".".utf8) || component.elementsEqual("..".utf8) {
                if component.count == 2 { folder = folder.parent }
                return (Place(folder: folder, last: []), false)
            }
            let place = Place(folder: folder, last: Array(component))
            let name = folder.appending(place.last)
            switch try? top.status(name.bytes).kind {
            case .symbolicLink:
                links -= 1
                guard links >= 0, let target = try? top.linkTarget(name.bytes) else { return end(at: place) }
                if target.first == UInt8(ascii: "/") { folder = .root }
                pending += EntryName(target).components.reversed()
                return (place, true)
            case .folder where !pending.isEmpty:
                folder = name
                return (place, false)
            default: return end(at: place)
            }
        }

        private mutating func end(at place: Place) -> (Place, Bool) {
            pending = []
            return (place, true)
        }
    }
}
