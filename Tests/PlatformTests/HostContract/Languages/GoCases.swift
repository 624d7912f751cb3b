extension LanguageCases {
    static let go = LanguageCases(
        failureMark: "handler.go",
        broken: [],
        placed: []
    )
}
