import FuncKit

/// An entry of the audit trail, as `events` lists it.
struct EventDocument: ListItem {
    let event: Event

    static let headings = ["TIME", "TYPE", "DESCRIPTION"]

    var cells: [Cell] {
        [
            .time(event.createdAt), event.type == "error" ? .bad(event.type) : .text(event.type),
            .text(event.description),
        ]
    }

    var listName: String { event.id }

    func encode(to encoder: any Encoder) throws {
        try event.encode(to: encoder)
    }
}
