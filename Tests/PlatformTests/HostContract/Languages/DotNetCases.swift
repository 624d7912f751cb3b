extension LanguageCases {
    static let dotnet = LanguageCases(
        failureMark: "Function.",
        broken: [],
        placed: []
    )
}
