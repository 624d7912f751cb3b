// The call that runs, and what a handler is told about it.

import { randomBytes } from "node:crypto";

import { log } from "./logs.mjs";

const requestIdPattern = /^[!-~]{1,128}$/;
const traceparentPattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/;

/** One request on its way through the handler. */
export class Call {
  #controller = null;

  constructor(request, timeout) {
    this.request = request;
    /** On the clock of performance.now(). */
    this.deadline = performance.now() + timeout * 1000;
    this.requestId = requestIdOf(request);
    this.traceId = traceparentPattern.exec(request.header("traceparent") ?? "")?.[1] ?? null;
    /** What was written without a line end yet, per stream. */
    this.unfinishedLines = new Map();
    /** Whether its caller no longer waits. */
    this.isAbandoned = false;
    /** Whether that is so because its time is over. */
    this.isOverdue = false;
    /** Ends the call with an error that was thrown outside of the handler's promise. */
    this.fail = () => {};
  }

  /** Made when it is asked for: most calls have no use for one. */
  get signal() {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.isAbandoned) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  /** Tells the handler that its caller no longer waits. */
  abandon() {
    this.isAbandoned = true;
    this.#controller?.abort();
  }
}

/** The second argument of a handler. */
export class Context {
  #call;
  #settings;

  constructor(call, settings) {
    this.#call = call;
    this.#settings = settings;
    this.logger = makeLogger(call);
  }

  /** Names this call; also in every log line that it writes. */
  get requestId() {
    return this.#call.requestId;
  }

  get functionName() {
    return this.#settings.functionName;
  }

  get functionVersion() {
    return this.#settings.functionVersion;
  }

  /** 0 where no limit is set. */
  get memoryLimitInMB() {
    return this.#settings.memoryLimitInMB;
  }

  /** `http`, `event`, `scheduled` or `stream`. */
  get type() {
    return this.#settings.type;
  }

  /** The caller's trace context, to hand on (W3C Trace Context). */
  get traceparent() {
    return this.#call.request.header("traceparent");
  }

  get tracestate() {
    return this.#call.request.headers.get("tracestate")?.join(",") ?? null;
  }

  /** Aborted when the caller no longer waits: pass it to fetch, timers and streams. */
  get signal() {
    return this.#call.signal;
  }

  /** How long the call may still run. */
  getRemainingTimeInMillis() {
    return Math.max(0, Math.floor(this.#call.deadline - performance.now()));
  }
}

function makeLogger(call) {
  const at = (level) => (message, fields) => log(level, message, call, fields);
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

function requestIdOf(request) {
  const given = request.header("x-request-id");
  return given !== null && requestIdPattern.test(given) ? given : randomBytes(16).toString("hex");
}
