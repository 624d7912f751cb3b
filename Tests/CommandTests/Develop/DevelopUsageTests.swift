import ArgumentParser
import Testing

@testable import hks_func

@Suite struct DevelopUsageTests {
    @Test(arguments: [["--exec"], ["--exec", "--"], ["orders", "-p", "0", "--exec"]])
    func `exec without a program is wrong usage, and says what to write`(words: [String]) async {
        let run = await CommandWorld().run(["develop"] + words)
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(
            run.error == """
                Error: --exec needs a program
                Hint: write it after two dashes: 'hks-func develop --exec -- npm test'

                """
        )
    }

    @Test(arguments: [["--", "npm", "test"], ["orders", "--", "npm"]])
    func `A program without exec is wrong usage, and says what to write`(words: [String]) async {
        let run = await CommandWorld().run(["develop"] + words)
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(
            run.error == """
                Error: 'npm' after '--' is no folder to develop
                Hint: run it as a program with --exec: 'hks-func develop --exec -- npm test'

                """
        )
    }

    @Test(arguments: [["--exec", "--"], ["--exec"]])
    func `What follows exec is the program's own, whatever it looks like`(mark: [String]) throws {
        let words = ["curl", "-o", "x", "--", "-p", "1"]
        let command = try #require(HKSFunc.parseAsRoot(["develop", "orders"] + mark + words) as? ProjectDevelop)
        try command.check(["develop", "orders"] + mark + words)
        #expect(command.folders == ["orders"])
        #expect(command.program == words)
        #expect(command.port == nil)
    }
}
