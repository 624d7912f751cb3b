import Foundation

extension ContractCheck {
    private static let get = "GET / HTTP/1.1\r\nHost: h\r\n"
    private static let post = "POST / HTTP/1.1\r\nHost: h\r\n"
    private static let chunked = post + "Transfer-Encoding: chunked\r\n\r\n"
    private static let probe = "GET /health/liveness HTTP/1.1\r\nHost: h\r\n\r\n"
    private static let bodyLimit = 100_000

    /// HTTP/1.1 on the wire, well-formed and hostile (points 1 and 10).
    static let http = [
        ContractCheck("keep-alive", point: 1, "requests sent ahead on one connection are answered in order") {
            let transcript = try await $0.client.run(
                [.send(String(repeating: probe, count: 2000)), .awaitResponses(2000)]
            )
            let statuses = try transcript.responses().map(\.status)
            try demand(statuses == Array(repeating: 200, count: 2000), "not all 2000 probes are answered with 200")
        },
        ContractCheck("pieces", point: 1, "a request may come in pieces that end anywhere") { subject in
            for end in 1..<probe.utf8.count {
                let (first, rest) = (Data(probe.utf8.prefix(end)), Data(probe.utf8.dropFirst(end)))
                // The answer to another client shows that there was time to read the first piece.
                let other: [RawHTTP.Step] = [.send(probe), .awaitResponses(1)]
                let steps: [RawHTTP.Step] = [.send(first), .meanwhile(other), .send(rest), .awaitResponses(1)]
                let statuses = try await subject.client.run(steps).responses().map(\.status)
                try demand(statuses == [200], "in pieces of \(end) bytes and the rest it is answered with \(statuses)")
            }
        },
        ContractCheck("close", point: 1, "the client decides whether the connection stays open") { subject in
            let requests = [
                ("Connection: close", [.send(get + "Connection: close\r\n\r\n"), .awaitEnd] as [RawHTTP.Step]),
                ("HTTP/1.0", [.send("GET / HTTP/1.0\r\n\r\n"), .awaitEnd]),
                ("a client that has closed its side", [.send(get + "\r\n"), .closeWriting, .awaitEnd]),
            ]
            for (name, steps) in requests {
                let count = try await subject.client.run(steps).responses().count
                try demand(count == 1, "\(name): \(count) answers before the end of the connection")
            }
        },
        ContractCheck("malformed", point: 10, "a malformed request is refused once and the connection closed") {
            for request in MalformedRequest.all { try await refuse(request, $0) }
            try await lives($0)
        },
        ContractCheck("garbage", point: 10, "arbitrary bytes never end the instance") { subject in
            // A fixed start, so that a failure can be repeated.
            var generator = FastRandom(seed: 2024)
            let valid = Data((chunked + "3\r\nabc\r\n0\r\n\r\n").utf8)
            for _ in 0..<150 {
                var bytes = valid
                for _ in 0..<Int.random(in: 1...6, using: &generator) {
                    let index = Int.random(in: 0..<bytes.count, using: &generator)
                    bytes[index] = UInt8.random(in: 0...255, using: &generator)
                }
                _ = try await subject.client.run([.send(bytes), .closeWriting, .awaitEnd])
            }
            try await lives(subject)
        },
        ContractCheck(
            "body-limit",
            point: 10,
            "a body over the limit is refused with 413 however it is framed",
            environment: ["HKS_MAX_BODY_BYTES": String(bodyLimit)],
            body: refuseLargeBodies
        ),
        ContractCheck(
            "slow-clients",
            point: 10,
            "clients that send nothing more are answered with 408 and let go",
            environment: ["HKS_IO_TIMEOUT_SECONDS": "0.3", "HKS_IDLE_TIMEOUT_SECONDS": "0.3"]
        ) { subject in
            for part in ["GET / HT", post + "Content-Length: 5\r\n\r\nab"] {
                let statuses = try await subject.client.run([.send(part), .awaitEnd]).responses().map(\.status)
                try demand(statuses == [408], "the part of a request is answered with \(statuses), not 408")
            }
            let idle = try await subject.client.run([.send(probe), .awaitResponses(1), .awaitEnd])
            try demand(idle.isEnded, "an idle connection stays open")
            try await lives(subject)
        },
    ]

    private static func lives(_ subject: any ContractSubject) async throws {
        let status = try await subject.client.response(to: probe).status
        try demand(status == 200, "afterwards liveness is answered with \(status)")
    }

    /// A request that follows must not be answered: it may be a part of the first one's body.
    private static func refuse(_ request: MalformedRequest, _ subject: any ContractSubject) async throws {
        let transcript = try await subject.client.run(
            [.send(request.bytes), .send(get + "\r\n"), .closeWriting, .awaitEnd]
        )
        let statuses = try transcript.responses().map(\.status)
        if request.leniency != nil, subject.serves(request.name) {
            let status = statuses.first ?? 0
            return try demand((200..<500).contains(status), "\(request.name): answered with \(statuses)")
        }
        try demand(
            statuses.count == 1 && statuses.allSatisfy(request.statuses.contains),
            "\(request.name): answered with \(statuses), not once with one of \(request.statuses.sorted())"
        )
    }

    private static func refuseLargeBodies(_ subject: any ContractSubject) async throws {
        func post(_ size: Int) async throws -> Int {
            let head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Length: \(size)\r\n\r\n"
            return try await subject.client.response(to: head, body: Data(repeating: 97, count: size)).status
        }
        let allowed = try await post(bodyLimit)
        try demand(allowed != 413, "a body of the limit's size is refused")
        // The client sends all of a body that is refused and must still get the answer.
        let large = try await post(8_000_000)
        try demand(large == 413, "a body over the limit is answered with \(large)")
        let chunk = "10000\r\n" + String(repeating: "a", count: 65536) + "\r\n"
        let transcript = try await subject.client.run([.send(chunked + chunk + chunk + "0\r\n\r\n"), .awaitEnd])
        let statuses = try transcript.responses().map(\.status)
        try demand(statuses == [413], "a chunked body over the limit is answered with \(statuses)")
        let expecting = Self.post + "Expect: 100-continue\r\nContent-Length: 200000\r\n\r\n"
        let refused = try await subject.client.run([.send(expecting), .awaitResponses(1)])
        let answers = try refused.responses().map(\.status)
        try demand(
            answers == [413] && !refused.text.contains("HTTP/1.1 100"),
            "a client that waits for 100 with a body over the limit is answered with \(answers)"
        )
    }
}
