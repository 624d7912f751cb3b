import ArgumentParser
import FuncKit

/// `hks-func config`
struct ConfigGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Read and change your settings.",
        subcommands: [ConfigView.self, ConfigGet.self, ConfigSet.self, ConfigUnset.self, ConfigExplain.self]
    )
}

/// A setting as it is shown.
struct SettingRow: ListItem, CommandResult {
    let key: String
    let value: String?
    let source: String?
    let summary: String

    static var headings: [String] { ["KEY", "VALUE", "SOURCE", "MEANING"] }
    var cells: [Cell] { [.text(key), .text(value ?? "-"), .text(source ?? "-"), .text(summary)] }
    var listName: String { key }
    var names: [String] { value.map { [$0] } ?? [] }
    func text(_ style: TextStyle) -> String { value.map { $0.withoutControls + "\n" } ?? "" }

    init(_ setting: ResolvedSetting) {
        key = setting.key.name
        value = setting.value
        source = setting.source?.description
        summary = setting.key.summary
    }
}

extension CommandContext {
    /// Where files of the program belong.
    var directories: BaseDirectories { BaseDirectories(environment: environment, home: homeFolder) }

    /// Folder for what lives no longer than the command.
    var temporaryFolder: String {
        environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
    }

    /// The user's configuration.
    func config() throws -> ConfigFile {
        let config = try ConfigFile.load(directories)
        if let notice = config.notice { console.warning(notice) }
        return config
    }

    /// All settings, flags and variables considered.
    func settings(_ config: ConfigFile, _ target: TargetSelection = TargetSelection()) -> Settings {
        var flags: [String: String] = [:]
        flags["context"] = target.context
        flags["project"] = target.project
        return Settings(
            flags: flags,
            environment: environment,
            config: config,
            defaults: ["platform.dataDir": directories.platform]
        )
    }
}
