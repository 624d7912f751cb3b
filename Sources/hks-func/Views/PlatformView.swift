extension PlatformStatus: CommandResult {
    var names: [String] { [state.rawValue] }

    func text(_ style: TextStyle) -> String {
        var fields = FieldList(style: style)
        fields.add("Platform", state.rawValue)
        fields.add("URL", url)
        fields.add("PID", pid.map(String.init))
        fields.add("Data", dataFolder)
        fields.add("Version", version)
        return fields.text
    }
}
