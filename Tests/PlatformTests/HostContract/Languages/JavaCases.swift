extension LanguageCases {
    static let java = LanguageCases(
        failureMark: "Handler.java",
        broken: [],
        placed: []
    )
}
