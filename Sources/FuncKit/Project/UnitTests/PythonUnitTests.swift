/// What `python -m unittest discover --verbose` does, with the results in a file as well.
struct PythonUnitTests: UnitTestRecipe {
    let family = RuntimeFamily.python

    func abilities(_ setting: UnitTestSetting) -> Set<UnitTestAbility> { [.filter, .coverage] }

    func commands(_ setting: UnitTestSetting) throws -> [UnitTestCommand] {
        let report = setting.scratch + "/report.jsonl"
        return [
            UnitTestCommand(
                "python -m unittest",
                setting.toolchain.executable,
                ["-u", "-c", Self.script, report, setting.filter ?? "", setting.measuresCoverage ? "coverage" : ""],
                environment: ["PYTHONDONTWRITEBYTECODE": "1"],
                format: .reportLines,
                report: report
            )
        ]
    }

    private static let script = """
        import json, sys, time, unittest

        path, text, wish = sys.argv[1:4]
        sys.argv[:] = ["python -m unittest"]
        coverage = None
        if wish == "coverage":
            try:
                import coverage as package
            except ImportError:
                sys.exit("coverage is not installed for this Python; install it: python3 -m pip install coverage")
            coverage = package.Coverage(data_file=None, source=["."])
            coverage.start()
        report = open(path, "w", encoding="utf-8", errors="backslashreplace")


        def tell(name, outcome, text="", started=None):
            took = None if started is None else (time.perf_counter() - started) * 1000
            report.write(json.dumps({"name": name, "outcome": outcome, "ms": took, "text": text[-8000:]}) + "\\n")
            report.flush()


        class Result(unittest.TextTestResult):
            started, outcome, words = None, "passed", ""

            def startTest(self, test):
                self.started, self.outcome, self.words = time.perf_counter(), "passed", ""
                super().startTest(test)

            def stopTest(self, test):
                super().stopTest(test)
                tell(test.id(), self.outcome, self.words, self.started)
                self.started = None

            def note(self, test, outcome, words):
                if self.started is None:
                    return tell(test.id(), outcome, words)
                self.outcome = outcome
                self.words = self.words + "\\n" + words if self.words else words

            def addError(self, test, err):
                super().addError(test, err)
                loads = type(test).__name__ not in ("_FailedTest", "_ErrorHolder")
                self.note(test, "failed" if loads else "error", self._exc_info_to_string(err, test))

            def addFailure(self, test, err):
                super().addFailure(test, err)
                self.note(test, "failed", self._exc_info_to_string(err, test))

            def addSubTest(self, test, subtest, err):
                super().addSubTest(test, subtest, err)
                if err is not None:
                    self.note(test, "failed", str(subtest) + "\\n" + self._exc_info_to_string(err, test))

            def addSkip(self, test, reason):
                super().addSkip(test, reason)
                self.note(test, "skipped", reason)

            def addUnexpectedSuccess(self, test):
                super().addUnexpectedSuccess(test)
                self.note(test, "failed", "it passed, though it was expected to fail")


        def chosen(suite):
            for test in suite:
                if isinstance(test, unittest.TestSuite):
                    yield from chosen(test)
                elif text in test.id():
                    yield test


        suite = unittest.defaultTestLoader.discover(".")
        if text:
            suite = unittest.TestSuite(chosen(suite))
        warnings = None if sys.warnoptions else "default"
        result = unittest.TextTestRunner(verbosity=2, resultclass=Result, warnings=warnings).run(suite)
        if coverage:
            coverage.stop()
            coverage.report()
        sys.exit(not result.wasSuccessful())
        """
}
