/// A day of the Gregorian calendar, found by its distance from 1970-01-01.
struct CivilDate: Hashable, Sendable {
    static let secondsPerDay = 86_400

    let year: Int
    /// January is 1.
    let month: Int
    let day: Int
    /// Sunday is 0.
    let weekday: Int

    /// Counts in eras of 400 years that begin on 1 March, so that a leap day is the last day of its year.
    init(day number: Int) {
        let shifted = number + 719_468
        let era = shifted.flooredQuotient(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        weekday = number + 4 - (number + 4).flooredQuotient(by: 7) * 7
    }
}

extension Int {
    /// The quotient, rounded down below zero too.
    func flooredQuotient(by divisor: Int) -> Int {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
