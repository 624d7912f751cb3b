import os
import unittest
from unittest import mock

import main


class HandlerTest(unittest.TestCase):
    def call(self, query=None, data=None):
        event = {"httpMethod": "GET", "path": "/", "queryStringParameters": query or {}, "data": data}
        return main.handler(event, mock.Mock())

    @mock.patch.dict(os.environ, clear=True)
    def test_greets_the_world(self):
        self.assertEqual(self.call(), {"message": "Hello, World!"})

    @mock.patch.dict(os.environ, clear=True)
    def test_greets_the_name_in_the_query(self):
        self.assertEqual(self.call(query={"name": "Ada"}), {"message": "Hello, Ada!"})

    @mock.patch.dict(os.environ, clear=True)
    def test_greets_the_name_in_the_body(self):
        self.assertEqual(self.call(data={"name": "Grace"}), {"message": "Hello, Grace!"})

    @mock.patch.dict(os.environ, {"GREETING": "Good morning"})
    def test_takes_the_greeting_from_the_environment(self):
        self.assertEqual(self.call(), {"message": "Good morning, World!"})

    def test_refuses_a_name_that_is_not_a_string(self):
        self.assertEqual(self.call(data={"name": 7})["statusCode"], 400)


if __name__ == "__main__":
    unittest.main()
