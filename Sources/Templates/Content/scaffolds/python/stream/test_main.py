import logging
import types
import unittest

import main


class HandlerTest(unittest.TestCase):
    def failures(self, *items):
        records = [{"id": f"r{number}", "data": data} for number, data in enumerate(items)]
        context = types.SimpleNamespace(logger=logging.getLogger("payments"))
        with self.assertLogs("payments") as logs:
            result = main.handler({"source": "payments", "records": records}, context)
        self.assertEqual(
            [record.getMessage() for record in logs.records],
            [f"processed {record['id']}" for record in records],
        )
        return result["batchItemFailures"]

    def test_processes_a_batch(self):
        self.assertEqual(self.failures({"amount": 12.5}, {"amount": 3}), [])

    def test_reports_records_without_a_positive_amount(self):
        bad = [None, "text", {}, {"amount": "3"}, {"amount": True}, {"amount": 0}, {"amount": -1}]
        expected = [{"id": f"r{number}"} for number in range(1, len(bad) + 1)]
        self.assertEqual(self.failures({"amount": 1}, *bad), expected)


if __name__ == "__main__":
    unittest.main()
