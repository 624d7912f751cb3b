import Hummingbird

/// Where a request comes from, as session lists and the security log show it.
struct ClientInfo: Hashable, Sendable {
    /// Address; nil where the request did not come through the gateway.
    var address: String?
    /// What the client calls itself.
    var userAgent: String

    /// Longest text of a user agent that is kept.
    private static let maxUserAgent = 256

    init(address: String? = nil, userAgent: String = "") {
        self.address = address
        self.userAgent = userAgent
    }

    /// Reads the fields that the gateway set.
    init(_ request: Request) {
        address = Self.address(of: request)
        userAgent = String((request.headers[.userAgent] ?? "").prefix(Self.maxUserAgent))
    }

    /// The address that the gateway saw. A client can put what it likes into `X-Forwarded-For`; the gateway adds the true
    /// address at the end, and nothing but the gateway can open the socket of the API.
    static func address(of request: Request) -> String? {
        guard let field = FieldName("x-forwarded-for"), let chain = request.headers[values: field].last,
            let last = chain.split(separator: ",").last
        else { return nil }
        let address = last.filter { $0 != " " && $0 != "\t" }
        return address.isEmpty ? nil : address
    }
}
