import FuncKit
import TestSupport
import Testing

@Suite struct DotEnvTests {
    /// What the lines of a `.env` file come to, with `HOME=/home` and `EMPTY=` around it.
    private func values(_ text: String) throws -> [String: String] {
        let folder = try TemporaryFolder("dotenv")
        try folder.write(text, to: ".env")
        let resolver = EnvironmentResolver(
            folder: folder.path,
            processEnvironment: ["HOME": "/home", "EMPTY": ""]
        )
        return try resolver.resolve().values
    }

    @Test(arguments: [
        ("A=1", "1"),
        ("A=", ""),
        ("export A=1", "1"),
        ("  export   A = spaced out  ", "spaced out"),
        ("A=1 # comment", "1"),
        ("A= # comment", ""),
        ("A=#comment", ""),
        ("A=colour#fff", "colour#fff"),
        ("A=x\\ y", "x y"),
        ("A=C:\\new", "C:\\new"),
        ("A=a=b=c", "a=b=c"),
        ("A='$HOME ${HOME} \\n'", "$HOME ${HOME} \\n"),
        ("A='x' # comment", "x"),
        ("A=\"x\" # comment", "x"),
        ("A=\"# no comment\"", "# no comment"),
        ("A=\"a\\tb\\nc\\\\d\\\"e\"", "a\tb\nc\\d\"e"),
        ("A=\"first\nsecond\"", "first\nsecond"),
        ("A=\"first\r\nsecond\"\r\n", "first\nsecond"),
        ("A=\"joined \\\nline\"", "joined line"),
        ("A=\"\\q\"", "\\q"),
        ("A=it's", "it's"),
        ("A=${HOME}/x", "/home/x"),
        ("A=\"${HOME}/x\"", "/home/x"),
        ("A=\\${HOME}", "${HOME}"),
        ("A=\"\\${HOME}\"", "${HOME}"),
        ("A=$HOME", "$HOME"),
        ("A=${EMPTY}", ""),
        ("A=${EMPTY:-filled}", "filled"),
        ("A=${NONE:-}", ""),
        ("A=${NONE:-with space}", "with space"),
        ("A=${NONE:-${HOME}/deep}", "/home/deep"),
        ("A=${HOME:-${NONE}}", "/home"),
        ("HOME=/mine\nA=${HOME}", "/mine"),
        ("A=1\nA=${A}2", "12"),
        ("\u{FEFF}A=bom", "bom"),
        ("\n\n# only\n\nA=last", "last"),
        ("A=日本 # x", "日本"),
    ])
    func reads(text: String, expected: String) throws {
        #expect(try values(text)["A"] == expected)
    }

    @Test(arguments: [
        ("A", 1, 2, "expected '=' after 'A'"),
        ("OK=1\n=x", 2, 1, "expected the name of a variable"),
        ("1A=x", 1, 1, "'1A' cannot be the name of an environment variable"),
        ("A-B=x", 1, 1, "'A-B' cannot be the name of an environment variable"),
        ("PORT=1", 1, 1, "environment variable 'PORT' is set by the platform"),
        ("export K_SERVICE=1", 1, 8, "environment variable 'K_SERVICE' is set by the platform"),
        ("HKS_X=1", 1, 1, "environment variable 'HKS_X' is set by the platform"),
        ("A='open", 1, 3, "the single quote is not closed on its line"),
        ("B=1\nA=\"open\nC=2", 2, 3, "the double quote is not closed"),
        ("A=\"open\\", 1, 3, "the double quote is not closed"),
        ("A='x'y", 1, 6, "unexpected 'y' after the closing quote"),
        ("A=${HOME", 1, 3, "'${HOME' is not closed"),
        ("A=${HOME:-x", 1, 3, "'${HOME' is not closed"),
        ("A=x${}", 1, 4, "'${' is not a reference"),
        ("A=${A B}", 1, 3, "'${A B' is not a reference"),
        ("A=${NONE}", 1, 3, "the value of 'A' refers to '${NONE}', which is not set"),
        ("A=${A}", 1, 3, "the value of 'A' refers to '${A}', which is not set"),
        ("A=${LATER}\nLATER=1", 1, 3, "the value of 'A' refers to '${LATER}', which is not set"),
    ])
    func locatesFaults(text: String, line: Int, column: Int, message: String) throws {
        let error = try #require(throws: FuncError.self) { try values(text) }
        #expect(error.code == .environmentInvalid)
        #expect(error.description == ".env:\(line):\(column): \(message)")
    }

    @Test func reportsAllFaultyLinesAtOnce() throws {
        let error = try #require(throws: FuncError.self) { try DotEnv(parsing: "A\nB=1\n'=2\nC='\n", file: "x.env") }
        #expect(error.message == "'x.env' has 3 errors")
        #expect(error.failures.map { $0.location?.line } == [1, 3, 4])
    }
}
