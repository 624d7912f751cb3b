import logging
import types
import unittest

import main


class HandlerTest(unittest.TestCase):
    def call(self, event_type, data):
        event = {"id": "1", "source": "/shop", "type": event_type, "data": data}
        context = types.SimpleNamespace(function_name="orders", logger=logging.getLogger("orders"))
        return main.handler(event, context)

    def test_accepts_an_order(self):
        with self.assertLogs("orders") as logs:
            reply = self.call("com.example.order.created", {"orderId": "1042", "amount": 99.5})
        self.assertEqual(reply["type"], "com.example.order.accepted")
        self.assertEqual(reply["source"], "/functions/orders")
        self.assertEqual(reply["data"], {"orderId": "1042"})
        self.assertEqual(logs.records[0].getMessage(), "order 1042 over 99.5 received")

    def test_ignores_other_types(self):
        with self.assertLogs("orders") as logs:
            self.assertIsNone(self.call("com.example.order.cancelled", {"orderId": "1042"}))
        self.assertEqual(logs.records[0].getMessage(), "ignoring com.example.order.cancelled")

    def test_fails_without_an_order_id(self):
        for data in (None, "1042", {}, {"amount": 99.5}):
            with self.subTest(data=data), self.assertRaisesRegex(ValueError, "orderId"):
                self.call("com.example.order.created", data)


if __name__ == "__main__":
    unittest.main()
