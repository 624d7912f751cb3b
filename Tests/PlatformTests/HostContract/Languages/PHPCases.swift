extension LanguageCases {
    static let php = LanguageCases(
        failureMark: "index.php",
        broken: [],
        placed: []
    )
}
