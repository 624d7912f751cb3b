// The handlers of the host contract; `PROBE` picks one.

import { setTimeout as delay } from "node:timers/promises";

let running = 0;
let most = 0;
console.log("outside of calls");

const echo = (event) => event;
const reflect = (event) => event.data;
function nothing() {}
const raw = async () => Buffer.from([0, 255, 10]);
const raw_body = () => ({
  statusCode: 201,
  body: new Uint8Array([0, 255]),
  headers: { "Content-Type": "image/x-dots" },
});

function fail() {
  console.log("about to fail");
  throw new TypeError("secret 42");
}

async function leave(event) {
  if (event.path === "/leave") process.exit(3);
  if (event.path === "/interrupt") {
    setTimeout(() => {
      throw new Error("thrown from a timer");
    }, 1);
    await new Promise(() => {});
  }
  return "still here";
}

async function slow(event) {
  console.log("begun");
  await delay(Number(event.query.s) * 1000);
  return "done";
}

const slow_async = slow;

async function crowd() {
  running += 1;
  most = Math.max(most, running);
  await delay(50);
  running -= 1;
  return most;
}

async function talk(event, context) {
  const { name } = event.query;
  console.log("first %s", name);
  await delay(50);
  console.error(`second ${name}`);
  context.logger.warn(`third ${name}`);
  process.stdout.write(`{"level": "debug", "message": "fourth ${name}", "colour": "red"}\n`);
  process.stdout.write(`fifth ${name}`);
  return "talked";
}

async function* stream() {
  for (let number = 0; number < 3; number += 1) yield `line ${number}\n`;
}

async function* stream_fail() {
  yield "a";
  throw new Error("broken");
}

function* flood() {
  for (let count = 0; count < 64; count += 1) yield Buffer.alloc(65536, "x");
}

const big = () => "x".repeat(8_000_000);

const tell = (event, context) => ({
  request_id: context.requestId,
  function_name: context.functionName,
  function_version: context.functionVersion,
  memory: context.memoryLimitInMB,
  remaining: context.getRemainingTimeInMillis(),
  traceparent: context.traceparent,
  tracestate: context.tracestate,
  type: context.type,
});

const unsendable = () => ({ value: 10n });

const reply = (event) => ({ type: "test.reply", source: "/tést", data: event });

/** Of a batch, the records whose data is odd are to come again. */
function retry_odd({ records, source }, context) {
  context.logger.info(`batch of ${records.length} from ${source}`);
  return { batchItemFailures: records.filter(({ data }) => data % 2).map(({ id }) => ({ id })) };
}

const log_event = (event, context) => context.logger.info(JSON.stringify(event));

const unknown_failures = () => ({ batchItemFailures: [{ id: "never-sent" }] });

const quiet = (event) => event.data ?? undefined;

function refuse_event() {
  throw new Error("not now");
}

const probes = {
  echo,
  reflect,
  nothing,
  raw,
  raw_body,
  fail,
  leave,
  slow,
  slow_async,
  crowd,
  talk,
  stream,
  stream_fail,
  flood,
  big,
  tell,
  unsendable,
  reply,
  retry_odd,
  log_event,
  unknown_failures,
  quiet,
  refuse_event,
};

export const handler = probes[process.env.PROBE];
