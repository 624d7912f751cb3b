import Foundation

/// Deploys to a server that has the canonical routes only: the source goes inside the calls, and the client numbers, names
/// and activates the version itself (wire reference, C5, C7, C10, C11 and C37).
struct PlainDeployment: Sendable {
    private static let attempts = 3

    let client: FunctionAPIClient
    let capabilities: Capabilities
    let request: DeployRequest

    /// Deploys once.
    func run() async throws -> DeployResult {
        let code = try await code()
        // Refused before anything is sent.
        _ = try capabilities.spelling(of: request.settings.runtime)
        for _ in 0..<Self.attempts {
            if let function = try await client.listed(request.name) {
                return try await add(code, to: function)
            }
            if let function = try await create(code) {
                return try await finishFirst(function, code)
            }
        }
        throw FuncError(
            .conflict,
            "could not deploy function '\(request.name)': it is being created and deleted by others",
            hint: "try again"
        )
    }

    /// What the new version runs.
    private func code() async throws -> PlainCode {
        if let image = request.image { return .image(image) }
        guard let digest = request.sourceDigest else {
            throw FuncError(
                .unsupported,
                "this server cannot deploy the source of an earlier version again",
                hint: "deploy from the project's folder"
            )
        }
        let source = try await client.sources.source(digest)
        return .source(source, try await source.text(client.sourceEncoding, limitMB: capabilities.maxPayloadSizeMB))
    }

    // MARK: A new function

    /// Creates the function; nil where another deploy did so meanwhile.
    private func create(_ code: PlainCode) async throws -> Function? {
        guard (request.ifVersion ?? 0) == 0 else { throw versionConflict(active: nil) }
        var call = client.call("POST", "functions", attempt: "create function '\(request.name)'")
        call.isCollection = true
        call.missing = .projectNotFound
        try call.setBody(body(settings: request.settings, source: code.text))
        if let source = code.source { call.reportUpload(to: source) }
        let response = try await client.transport.sendAny(call)
        if response.head.isSuccess {
            let created = try client.transport.decode(Function.self, from: response, attempt: call.attempt)
            return SettingsMirror.restored(created)
        }
        let failure = FuncError(response, attempt: call.attempt, missing: call.missing)
        if failure.code == .alreadyExists { return nil }
        guard response.givesNoReason else { throw failure }
        if try await client.listed(request.name) != nil { return nil }
        throw try await reasonOfRefusal(failure, response)
    }

    /// Why a server that gives no reason did not create the function: it names its functions without regard to projects,
    /// and fails likewise for a project that is not there.
    private func reasonOfRefusal(_ failure: FuncError, _ response: HTTPResponse) async throws -> FuncError {
        let name = request.name
        let taken = try await client.transport.sendAny(
            client.functionCall("GET", name, attempt: "describe function '\(name)'")
        )
        if taken.head.isSuccess {
            return FuncError(
                .alreadyExists,
                "could not create function '\(name)': another project of this server has a function of that name",
                hint: "choose another name with '--name'",
                requestID: failure.requestID
            )
        }
        let projects = try await client.projects()
        if projects.contains(where: { $0.id == client.project }) { return failure.withoutReason(response) }
        let named = projects.first { $0.name == client.project }
        return FuncError(
            .projectNotFound,
            "could not create function '\(name)': there is no project with the id '\(client.project)'",
            hint: named.map { "the project of that name has the id '\($0.id)': pass '--project \($0.id)'" }
                ?? "name a project by its id with '--project'",
            requestID: failure.requestID
        )
    }

    /// The hosted service writes no version at create: without one there would be nothing to go back to later.
    private func finishFirst(_ function: Function, _ code: PlainCode) async throws -> DeployResult {
        let version = try await addVersion(code, to: function, reports: false)
        if request.takesTraffic { try await client.setActive(version.id, of: function) }
        return try await result(version, of: function, digest: code.source?.archive.digest)
    }

    // MARK: A function that is there

    private func add(_ code: PlainCode, to function: Function) async throws -> DeployResult {
        let versions = try await client.versionsWithSource(of: function.id, activeID: function.activeVersion)
        let active = versions.first { $0.version.isActive }
        if let wanted = request.ifVersion, wanted != active?.version.number ?? 0 {
            throw versionConflict(active: active?.version.number)
        }
        let hasSettings = function.settings == request.settings
        // What a name of an image stands for may have changed.
        if hasSettings, !request.force, request.takesTraffic, let active, let text = code.text,
            active.sourceCode == text
        {
            return DeployResult(changed: false, version: active.version, function: function)
        }
        let version = try await addVersion(code, to: function, reports: true)
        if !hasSettings {
            let kept = request.takesTraffic ? code.text : active?.sourceCode ?? code.text
            try await client.putPlain(function, settings: request.settings, source: kept)
        }
        if request.takesTraffic {
            try await client.setActive(version.id, of: function)
        } else if !hasSettings, let active {
            // The update put a label of the server's in place of the active version.
            try await client.setActive(active.version.id, of: function)
        }
        return try await result(version, of: function, digest: code.source?.archive.digest)
    }

    /// Adds a version under the next free number and an id that no other version has. Where the server refuses, or the
    /// answer is lost, the list tells whether it is there after all or somebody else was quicker.
    private func addVersion(
        _ code: PlainCode,
        to function: Function,
        reports: Bool
    ) async throws -> FunctionVersion {
        var failure: FuncError?
        for _ in 0..<Self.attempts {
            let number = (try await numbers(of: function).max() ?? 0) + 1
            let id = "\(function.id)-v\(number)-\(UUID().uuidString.prefix(8).lowercased())"
            var call = client.functionCall(
                "POST",
                function.id,
                "versions",
                attempt: "deploy function '\(function.name)'"
            )
            try call.setBody(PlainVersionBody(id: id, version: number, sourceCode: code.text, image: code.image))
            if reports, let source = code.source { call.reportUpload(to: source) }
            do {
                _ = try await client.send(call, about: function.id)
                return FunctionVersion(id: id, number: number)
            } catch let error as FuncError
                where [.serverError, .conflict, .alreadyExists, .unreachable, .timedOut].contains(error.code)
            {
                failure = error
                if try await ids(of: function).contains(id) { return FunctionVersion(id: id, number: number) }
            }
        }
        throw failure ?? FuncError(.conflict, "could not deploy function '\(function.name)'", hint: "try again")
    }

    private func rawVersions(of function: Function) async throws -> [FunctionVersion] {
        let call = client.functionCall(
            "GET",
            function.id,
            "versions",
            attempt: "list versions of function '\(function.name)'"
        )
        return try await client.transport.list(call, key: "versions")
    }

    private func numbers(of function: Function) async throws -> [Int] {
        try await rawVersions(of: function).map(\.number)
    }

    private func ids(of function: Function) async throws -> [String] {
        try await rawVersions(of: function).map(\.id)
    }

    // MARK: The outcome

    private func result(_ version: FunctionVersion, of function: Function, digest: String?) async throws -> DeployResult
    {
        let call = client.functionCall("GET", function.id, attempt: "describe function '\(function.name)'")
        let response = try await client.transport.send(call)
        let now = SettingsMirror.restored(
            try client.transport.decode(Function.self, from: response, attempt: call.attempt)
        )
        let kept = try client.transport.decode(KeptSettings.self, from: response, attempt: call.attempt)
        var deployed = version
        deployed.functionID = function.id
        deployed.functionName = function.name
        deployed.workspaceID = function.workspaceID
        deployed.buildStatus = .success
        deployed.status = now.status.versionStatus
        deployed.failure = now.failure
        deployed.isActive = now.activeVersion == version.id
        deployed.trafficPercent = deployed.isActive ? 100 : 0
        deployed.sourceDigest = digest
        deployed.settings = request.settings
        deployed.warnings = try await warnings(kept)
        deployed.warnings += try await PlainTriggers(client: client, function: now).add(request.settings.triggers)
        return DeployResult(changed: true, version: deployed, function: now)
    }

    private func warnings(_ kept: KeptSettings) async throws -> [String] {
        var lost = kept.missing(of: request.settings)
        if let tag = request.tag { lost.append("tag '\(tag)'") }
        if request.message != nil { lost.append("message") }
        var warnings: [String] = []
        if !lost.isEmpty { warnings.append(Self.lostWarning(lost)) }
        let sent = try capabilities.spelling(of: request.settings.runtime)
        if RuntimeCatalog.normalise(sent)?.version != RuntimeCatalog.normalise(request.settings.runtime)?.version {
            warnings.append(
                "this server chooses the version of '\(request.settings.runtime)' itself: it runs '\(sent)'"
            )
        }
        return warnings
    }

    static func lostWarning(_ lost: [String]) -> String {
        "this server does not keep, and may ignore: \(lost.joined(separator: ", "))"
    }

    private func body(settings: FunctionSettings, source: String?) throws -> PlainFunctionBody {
        try PlainFunctionBody(
            name: request.name,
            project: client.project,
            settings: settings,
            sourceCode: source,
            capabilities: capabilities
        )
    }

    private func versionConflict(active: Int?) -> FuncError {
        FuncError(
            .versionConflict,
            "active version of function '\(request.name)' is not v\(request.ifVersion ?? 0): "
                + (active.map { "it is v\($0)" } ?? "it has none"),
            hint: "look at the change with 'hks-func versions list \(request.name)', then deploy again"
        )
    }
}

/// What a version on a plain server runs.
private enum PlainCode: Sendable {
    /// A packed project, and the text that it travels as.
    case source(InlineSource, String)
    /// A container image by its reference.
    case image(String)

    var source: InlineSource? { if case .source(let source, _) = self { source } else { nil } }
    var text: String? { if case .source(_, let text) = self { text } else { nil } }
    var image: String? { if case .image(let reference) = self { reference } else { nil } }
}

extension APICall {
    /// Tells the source's reader about the bytes that go out. The whole body counts: the source is nearly all of it.
    fileprivate mutating func reportUpload(to source: InlineSource) {
        let (total, size) = (max(1, body.length), source.archive.size)
        uploadProgress = { sent in
            source.progress(TransferProgress(completed: min(size, size * sent / total), total: size))
        }
        // A packed project takes longer than a question.
        timeouts = HTTPRequest.Timeouts(total: nil, idle: .seconds(60))
    }
}

extension Function {
    /// Why the function does not serve, where its status says so.
    var failure: VersionFailure? {
        guard status.versionStatus == .failed else { return nil }
        return VersionFailure(
            code: .readinessFailed,
            message: statusReason ?? "the server says '\(status.rawValue)' and no more"
        )
    }
}

extension FunctionStatus {
    /// How far a version came whose server speaks of the function alone.
    var versionStatus: VersionStatus {
        switch self {
        case .ready: .ready
        case .pending: .pending
        case .building: .building
        case .error, .deleting: .failed
        }
    }
}
