/// A key that means something to the live view.
enum LiveKey: Hashable, Sendable {
    case character(Character)
    case tab
    /// Ctrl-L: draw all anew.
    case redraw
    /// Ctrl-\: end at once.
    case abort
}

/// Makes keys of the bytes that a terminal sends; arrows and the like, which are sequences, are passed over.
struct LiveKeyParser: Sendable {
    private enum State {
        case ground, escape, sequence, single
    }

    private var state = State.ground

    /// The keys that a byte completes.
    mutating func take(_ byte: UInt8) -> LiveKey? {
        switch state {
        case .escape:
            // `ESC [` starts a sequence, `ESC O` has one byte to come; anything else was Alt and a key.
            state = byte == UInt8(ascii: "[") ? .sequence : byte == UInt8(ascii: "O") ? .single : .ground
            return nil
        case .sequence:
            if (0x40...0x7E).contains(byte) { state = .ground }
            return nil
        case .single:
            state = .ground
            return nil
        case .ground: return key(byte)
        }
    }

    private mutating func key(_ byte: UInt8) -> LiveKey? {
        switch byte {
        case 0x1B:
            state = .escape
            return nil
        case 0x09: return .tab
        case 0x0C: return .redraw
        case 0x1C: return .abort
        case 0x20...0x7E: return .character(Character(Unicode.Scalar(byte)))
        default: return nil
        }
    }
}
