import logging
import types
import unittest

import main


class HandlerTest(unittest.TestCase):
    def messages(self, fired_time):
        run = {
            "schedule": "nightly",
            "scheduledTime": "2024-05-01T03:00:00Z",
            "firedTime": fired_time,
            "attempt": 1,
        }
        context = types.SimpleNamespace(logger=logging.getLogger("nightly"))
        with self.assertLogs("nightly") as logs:
            self.assertIsNone(main.handler({"type": "dev.hks.schedule.fired", "data": run}, context))
        return [(record.levelname, record.getMessage()) for record in logs.records]

    def test_runs_on_time(self):
        for fired_time in ("2024-05-01T03:00:00.250Z", "2024-05-01T03:01:00Z"):
            with self.subTest(fired_time=fired_time):
                self.assertEqual(self.messages(fired_time), [("INFO", "run nightly at 2024-05-01T03:00:00Z")])

    def test_warns_when_it_is_late(self):
        self.assertEqual(self.messages("2024-05-01T03:02:00Z")[1:], [("WARNING", "late by 120 s")])


if __name__ == "__main__":
    unittest.main()
