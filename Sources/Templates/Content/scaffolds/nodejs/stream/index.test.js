import assert from "node:assert/strict";
import { test } from "node:test";

import { handler } from "./index.js";

async function failures(...items) {
  const messages = [];
  const context = { logger: { info: (message) => messages.push(message) } };
  const records = items.map((data, number) => ({ id: `r${number}`, data }));
  const { batchItemFailures } = await handler({ source: "payments", records }, context);
  assert.deepEqual(
    messages,
    records.map(({ id }) => `processed ${id}`),
  );
  return batchItemFailures;
}

test("processes a batch", async () => {
  assert.deepEqual(await failures({ amount: 12.5 }, { amount: 3 }), []);
});

test("reports records without a positive amount", async () => {
  const bad = [null, "text", {}, { amount: "3" }, { amount: true }, { amount: 0 }, { amount: -1 }];
  const expected = bad.map((_, index) => ({ id: `r${index + 1}` }));
  assert.deepEqual(await failures({ amount: 1 }, ...bad), expected);
});
