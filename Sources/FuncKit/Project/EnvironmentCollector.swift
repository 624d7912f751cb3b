import Foundation

/// Takes values from weak to strong and remembers which lost.
struct EnvironmentCollector {
    let processEnvironment: [String: String]
    private(set) var variables: [String: ResolvedVariable] = [:]
    private(set) var faults: [FuncError] = []
    /// Assignments that nothing comes of.
    private(set) var notices: [EnvironmentNotice] = []
    /// Values with references in them, by which a variable is of use though another source sets it.
    private var templates: [EnvironmentTemplate] = []

    init(processEnvironment: [String: String]) {
        self.processEnvironment = processEnvironment
    }

    mutating func add(_ entry: DotEnv.Entry) {
        let (known, process) = (variables, processEnvironment)
        templates.append(entry.value)
        noticeRepetition(of: entry)
        set(entry.name, .file(entry.location)) { references throws(FuncError) in
            try entry.value.expanded(entry.name) { name in
                guard let value = known[name]?.value ?? process[name] else { return nil }
                references.append(EnvironmentReference(name: name, source: known[name]?.source))
                return value
            }
        }
    }

    /// The files of options are read before the manifest, which may refer to them, and count after it.
    mutating func add(
        optionEntries: [DotEnv.Entry],
        manifest: [String: String],
        locations: [String: SourceLocation]
    ) {
        let fromFiles = variables
        var fromOptions: [String: (value: String, source: EnvironmentSource)] = [:]
        var stronger: [(entry: DotEnv.Entry, value: Result<String, FuncError>)] = []
        for entry in optionEntries {
            templates.append(entry.value)
            let value = Result { () throws(FuncError) in
                try entry.value.expanded(entry.name) {
                    fromOptions[$0]?.value ?? fromFiles[$0]?.value ?? processEnvironment[$0]
                }
            }
            if case .success(let text) = value {
                fromOptions[entry.name] = (text, .optionFile(entry.location))
            }
            stronger.append((entry, value))
        }
        for (name, text) in manifest.sorted(by: { $0.key < $1.key }) {
            add(name, text, at: locations[name], fromOptions: fromOptions, fromFiles: fromFiles)
        }
        noticeLost(fromFiles, to: manifest.keys)
        for (entry, value) in stronger {
            set(entry.name, .optionFile(entry.location)) { _ throws(FuncError) in try value.get() }
        }
    }

    private mutating func add(
        _ name: String,
        _ text: String,
        at location: SourceLocation?,
        fromOptions: [String: (value: String, source: EnvironmentSource)],
        fromFiles: [String: ResolvedVariable]
    ) {
        let place = location ?? SourceLocation(file: "function.yaml", line: 1, column: 1)
        let process = processEnvironment
        var template = EnvironmentTemplate()
        defer { templates.append(template) }
        set(name, .manifest(location)) { references throws(FuncError) in
            if let fault = EnvironmentName.fault(in: name) {
                throw FuncError(.environmentInvalid, fault, hint: EnvironmentName.hint, location: place)
            }
            template = try EnvironmentTemplate(manifestValue: text, location: place)
            return try template.expanded(name) { reference in
                let variable = String(reference.dropFirst("env:".count))
                let option = fromOptions[variable]
                guard let value = option?.value ?? process[variable] ?? fromFiles[variable]?.value else { return nil }
                let isShell = option == nil && process[variable] != nil
                let source = isShell ? nil : option?.source ?? fromFiles[variable]?.source
                references.append(EnvironmentReference(name: variable, source: source))
                return value
            }
        }
    }

    /// Assignments that the manifest replaces whatever they say, and that no other value refers to.
    private mutating func noticeLost(_ fromFiles: [String: ResolvedVariable], to names: some Sequence<String>) {
        for name in names.sorted() {
            guard let lost = fromFiles[name], !isReferred(to: name) else { continue }
            for source in [lost.source] + lost.overridden {
                notices.append(
                    EnvironmentNotice(
                        "'\(name)' has no effect: function.yaml sets it",
                        hint: "remove one of the two, or write '${env:\(name):-…}' there to let the file decide",
                        location: source.location
                    )
                )
            }
        }
    }

    /// An assignment that a later one in the same file replaces, as a slip while copying leaves it.
    private mutating func noticeRepetition(of entry: DotEnv.Entry) {
        guard case .file(let before)? = variables[entry.name]?.source, before.file == entry.location.file,
            !isReferred(to: entry.name)
        else { return }
        notices.append(
            EnvironmentNotice(
                "'\(entry.name)' has no effect: line \(entry.location.line) sets it again",
                hint: "remove one of the two",
                location: before
            )
        )
    }

    private func isReferred(to name: String) -> Bool {
        templates.contains { $0.references(name) || $0.references("env:" + name) }
    }

    mutating func add(_ flag: EnvironmentAssignment) {
        let process = processEnvironment
        set(flag.name, .flag) { _ throws(FuncError) in
            if let value = flag.value ?? process[flag.name] { return value }
            throw FuncError(
                .environmentInvalid,
                "'--env \(flag.name)' hands on a variable that is not set",
                hint: "give it a value: --env \(flag.name)=value"
            )
        }
    }

    /// Takes the value that `value` works out; it notes what the value refers to.
    private mutating func set(
        _ name: String,
        _ source: EnvironmentSource,
        to value: (inout [EnvironmentReference]) throws(FuncError) -> String
    ) {
        do throws(FuncError) {
            var references: [EnvironmentReference] = []
            let value = try value(&references)
            guard !value.utf8.contains(0) else {
                throw FuncError(
                    .environmentInvalid,
                    "the value of '\(name)' holds a NUL character",
                    location: source.location
                )
            }
            let before = variables[name]
            let used = Set(references.filter { $0.name == name }.compactMap(\.source))
            let overridden = before.map { [$0.source] + $0.overridden } ?? []
            variables[name] = ResolvedVariable(
                name: name,
                value: value,
                source: source,
                overridden: overridden.filter { !used.contains($0) },
                references: references
            )
        } catch {
            faults.append(error)
        }
    }
}
