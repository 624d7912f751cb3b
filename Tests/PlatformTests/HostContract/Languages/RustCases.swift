extension LanguageCases {
    static let rust = LanguageCases(
        failureMark: "src/lib.rs",
        broken: [],
        placed: []
    )
}
