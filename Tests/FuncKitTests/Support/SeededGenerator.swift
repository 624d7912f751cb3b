import FuncKit

/// Random numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var random: FastRandom

    init(seed: UInt64) {
        random = FastRandom(seed: seed)
    }

    mutating func next() -> UInt64 { random.next() }

    /// One of `choices`.
    mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
        choices[Int.random(in: 0..<choices.count, using: &self)]
    }

    /// True once in `times`.
    mutating func chance(oneIn times: Int) -> Bool {
        Int.random(in: 0..<times, using: &self) == 0
    }
}
