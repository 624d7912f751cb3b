import Foundation
import FuncKit

extension FunctionTrial {
    /// Runs a case against an instance of its own.
    ///
    /// Later steps run even where an earlier one was answered otherwise than expected, unless they need a value that the
    /// answer does not have.
    /// - Throws: `readiness_failed`; `case_invalid` where a captured value does not fit; `CancellationError`.
    public func run(
        _ test: RequestCase,
        answersWithin limit: Duration
    ) async throws -> (entry: TestReport.Entry, record: CaseRunRecord) {
        let start = ContinuousClock.now
        return try await withInstance(deadline: limit) { instance in
            var failures: [TestReport.Failure] = []
            var record = CaseRunRecord()
            var known: [String: JSONValue] = [:]
            for (index, step) in test.steps.enumerated() {
                record.values.append(known)
                let outcome = try await instance.take(step, known)
                failures += outcome.failures.map { $0.labelled(test.label(ofStep: index)) }
                guard let answer = outcome.answer else { break }
                record.answers.append(answer)
                let missing = step.captures.filter { capture in
                    known[capture.name] = capture.part.value(of: answer)
                    return known[capture.name] == nil
                }
                guard missing.isEmpty else {
                    failures += missing.map {
                        TestReport.Failure("the answer has no value for '\($0.name)'")
                            .labelled(test.label(ofStep: index))
                    }
                    break
                }
            }
            let entry = TestReport.Entry(
                kind: .cases,
                name: test.name,
                file: test.file,
                durationMilliseconds: Int((ContinuousClock.now - start) / .milliseconds(1)),
                failures: failures
            )
            return (entry, record)
        }
    }
}

extension TrialInstance {
    /// Sends one step; there is no answer where the function gave none.
    fileprivate func take(
        _ step: RequestCase.Step,
        _ values: [String: JSONValue]
    ) async throws -> (answer: CaseAnswer?, failures: [TestReport.Failure]) {
        // Log lines have whole milliseconds.
        let begun = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 * 1000).rounded(.down) / 1000)
        let (input, expectation) = try step.resolved(values)
        let request = try input.request(now: begun)
        do {
            let response = try await client.response(to: Self.head(of: request), body: request.body ?? Data())
            let answer = CaseAnswer(status: response.status, headers: response.headers, body: response.body)
            let lines = try await missing(expectation.logs, since: begun)
            return (answer, expectation.failures(answer) + lines)
        } catch let error as RawHTTP.Failure {
            try Task.checkCancellation()
            return (nil, [failure(error.description)])
        } catch let error as RawResponse.Malformed {
            return (nil, [failure("the answer is not HTTP: \(error.description)")])
        }
    }

    private func failure(_ message: String) -> TestReport.Failure {
        guard let ending else { return .init(message) }
        return .init(([ending + ": " + message] + lastLines.suffix(10).map { "  " + $0 }).joined(separator: "\n"))
    }

    private static func head(of request: InvokeRequest) -> String {
        var lines = ["\(request.method) \(request.target) HTTP/1.1"]
        let names = Set(request.headers.keys.map { $0.lowercased() })
        for (name, value) in [("Host", "localhost"), ("Connection", "close")] where !names.contains(name.lowercased()) {
            lines.append("\(name): \(value)")
        }
        for (name, values) in request.headers.sorted(by: { $0.key < $1.key }) {
            lines += values.map { "\(name): \($0)" }
        }
        if let body = request.body, !names.contains("content-length"), !names.contains("transfer-encoding") {
            lines.append("Content-Length: \(body.count)")
        }
        return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }
}

extension TestReport.Failure {
    /// The failure with the step that it belongs to.
    fileprivate func labelled(_ label: String?) -> TestReport.Failure {
        guard let label else { return self }
        var failure = self
        failure.message = "\(label): \(message)"
        failure.path = path.map { "\(label): \($0)" }
        return failure
    }
}
