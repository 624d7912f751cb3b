import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { handler } from "./index.js";

const context = { logger: { info() {} } };

function call({ query = {}, data = null } = {}) {
  return handler({ httpMethod: "GET", path: "/", queryStringParameters: query, data }, context);
}

beforeEach(() => {
  delete process.env.GREETING;
});

test("greets the world", async () => {
  assert.deepEqual(await call(), { message: "Hello, World!" });
});

test("greets the name in the query", async () => {
  assert.deepEqual(await call({ query: { name: "Ada" } }), { message: "Hello, Ada!" });
});

test("greets the name in the body", async () => {
  assert.deepEqual(await call({ data: { name: "Grace" } }), { message: "Hello, Grace!" });
});

test("takes the greeting from the environment", async () => {
  process.env.GREETING = "Good morning";
  assert.deepEqual(await call(), { message: "Good morning, World!" });
});

test("refuses a name that is not a string", async () => {
  assert.equal((await call({ data: { name: 7 } })).statusCode, 400);
});
