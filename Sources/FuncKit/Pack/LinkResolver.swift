/// Follows symbolic links on paper, to see whether one of them leads out of a tree.
///
/// Looking at a target's text is not enough: `a/../x` leads elsewhere if `a` is a link itself. All links of the tree
/// have to be known.
struct LinkResolver {
    /// Where a link leads.
    enum Outcome: Hashable, Sendable {
        case inside
        case outside
        case loop
    }

    /// All links of the tree and their targets.
    private let targets: [EntryName: [UInt8]]

    /// Knows the links of a tree.
    init(_ targets: [EntryName: [UInt8]]) {
        self.targets = targets
    }

    /// Where a link leads; a target that does not exist may still be inside.
    func outcome(of link: EntryName) -> Outcome {
        // To be walked, last one first.
        var pending = Array(link.components.reversed())
        var current: [ArraySlice<UInt8>] = []
        // Linux gives up after 40 links, too.
        var links = 0
        while let component = pending.popLast() {
            if component.elementsEqual("..".utf8) {
                guard current.popLast() != nil else { return .outside }
                continue
            }
            if component.elementsEqual(".".utf8) { continue }
            current.append(component)
            guard let target = targets[EntryName(components: current)] else { continue }
            guard target.first != UInt8(ascii: "/") else { return .outside }
            links += 1
            guard links <= 40 else { return .loop }
            current.removeLast()
            pending += EntryName(target).components.reversed()
        }
        return .inside
    }
}
