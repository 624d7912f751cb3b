import assert from "node:assert/strict";
import { test } from "node:test";

import { handler } from "./index.js";

async function run(firedTime) {
  const lines = [];
  const logger = {
    info: (message) => lines.push(["info", message]),
    warn: (message) => lines.push(["warn", message]),
  };
  const data = { schedule: "nightly", scheduledTime: "2024-05-01T03:00:00Z", firedTime, attempt: 1 };
  assert.equal(await handler({ type: "dev.hks.schedule.fired", data }, { logger }), undefined);
  return lines;
}

test("runs on time", async () => {
  for (const firedTime of ["2024-05-01T03:00:00.250Z", "2024-05-01T03:01:00Z"]) {
    assert.deepEqual(await run(firedTime), [["info", "run nightly at 2024-05-01T03:00:00Z"]]);
  }
});

test("warns when it is late", async () => {
  const [, warning] = await run("2024-05-01T03:02:00Z");
  assert.deepEqual(warning, ["warn", "late by 120 s"]);
});
