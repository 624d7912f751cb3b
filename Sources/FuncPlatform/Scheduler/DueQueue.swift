import Foundation

/// Who is due when: a binary heap, so that the next one is found at once whatever their number.
struct DueQueue: Sendable {
    private struct Item {
        var due: Date
        var id: String
    }

    private var heap: [Item] = []
    /// Places in the heap.
    private var places: [String: Int] = [:]

    /// How many wait.
    var count: Int { heap.count }

    /// When the first one is due.
    var nextDue: Date? { heap.first?.due }

    /// Says when one is due, in place of what was said before; nil takes it out.
    mutating func set(_ id: String, due: Date?) {
        if let place = places[id] {
            guard let due else { return remove(at: place) }
            heap[place].due = due
            if !rise(from: place) { sink(from: place) }
        } else if let due {
            heap.append(Item(due: due, id: id))
            places[id] = heap.count - 1
            _ = rise(from: heap.count - 1)
        }
    }

    /// Takes out the first one that is due at `now`.
    mutating func pop(at now: Date) -> String? {
        guard let first = heap.first, first.due <= now else { return nil }
        remove(at: 0)
        return first.id
    }

    private mutating func remove(at place: Int) {
        places[heap[place].id] = nil
        let last = heap.removeLast()
        guard place < heap.count else { return }
        put(last, at: place)
        if !rise(from: place) { sink(from: place) }
    }

    private mutating func put(_ item: Item, at place: Int) {
        heap[place] = item
        places[item.id] = place
    }

    /// Whether it moved.
    private mutating func rise(from start: Int) -> Bool {
        let item = heap[start]
        var place = start
        while place > 0, item.due < heap[(place - 1) / 2].due {
            put(heap[(place - 1) / 2], at: place)
            place = (place - 1) / 2
        }
        put(item, at: place)
        return place != start
    }

    private mutating func sink(from start: Int) {
        let item = heap[start]
        var place = start
        while true {
            var child = 2 * place + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].due < heap[child].due { child += 1 }
            guard heap[child].due < item.due else { break }
            put(heap[child], at: place)
            place = child
        }
        put(item, at: place)
    }
}
