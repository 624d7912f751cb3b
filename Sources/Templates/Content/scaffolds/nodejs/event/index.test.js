import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { handler } from "./index.js";

const messages = [];
const context = { functionName: "orders", logger: { info: (message) => messages.push(message) } };

function call(type, data) {
  return handler({ id: "1", source: "/shop", type, data }, context);
}

beforeEach(() => {
  messages.length = 0;
});

test("accepts an order", async () => {
  assert.deepEqual(await call("com.example.order.created", { orderId: "1042", amount: 99.5 }), {
    type: "com.example.order.accepted",
    source: "/functions/orders",
    data: { orderId: "1042" },
  });
  assert.deepEqual(messages, ["order 1042 over 99.5 received"]);
});

test("ignores other types", async () => {
  assert.equal(await call("com.example.order.cancelled", { orderId: "1042" }), undefined);
  assert.deepEqual(messages, ["ignoring com.example.order.cancelled"]);
});

test("fails without an order id", async () => {
  for (const data of [null, "1042", {}, { amount: 99.5 }]) {
    await assert.rejects(call("com.example.order.created", data), /orderId/);
  }
});
