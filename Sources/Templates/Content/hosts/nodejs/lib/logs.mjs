// Log lines: what a call writes becomes JSON lines that name it, everything else stays as it is.

import { format, inspect } from "node:util";

import { currentCall } from "./currentCall.mjs";
import { describe } from "./stacks.mjs";

// A line without an end is passed on at this length.
const maxLine = 64 * 1024;
const consoleLevels = { trace: "debug", debug: "debug", log: "info", info: "info", warn: "warn", error: "error" };

const writeOut = process.stdout.write.bind(process.stdout);
const writeError = process.stderr.write.bind(process.stderr);

/** Takes over the console and the standard streams. */
export function install() {
  takeOver(process.stdout, writeOut, "info");
  takeOver(process.stderr, writeError, "error");
  for (const [name, level] of Object.entries(consoleLevels)) {
    const original = console[name];
    console[name] = (...values) => {
      const call = currentCall.getStore();
      if (call === undefined) return original.apply(console, values);
      log(level, format(...values.map(withoutHostFrames)), call);
    };
  }
}

/** Writes a line as JSON. Text and errors are taken as they are, other messages as console.log shows them. */
export function log(level, message, call = undefined, fields = undefined) {
  const text = typeof message === "string" ? message : message instanceof Error ? describe(message) : inspect(message);
  const entry = { timestamp: new Date().toISOString(), level, message: text };
  if (call !== undefined) {
    entry.request_id = call.requestId;
    if (call.traceId !== null) entry.trace_id = call.traceId;
  }
  const write = level === "warn" || level === "error" ? writeError : writeOut;
  write(encode({ ...fields, ...entry }, entry) + "\n");
}

/** Writes text as it is to standard error. */
export function writePlain(text) {
  writeError(text);
}

/** Writes what a call that ended left without a line end. */
export function finishLines(call) {
  for (const [writeLine, line] of call.unfinishedLines) writeLine(line, call);
  call.unfinishedLines.clear();
}

function takeOver(stream, write, level) {
  const writeLine = (line, call) => {
    const fields = parseObject(line);
    if (fields === null) {
      log(level, line, call);
      return;
    }
    fields.request_id ??= call.requestId;
    if (call.traceId !== null) fields.trace_id ??= call.traceId;
    write(JSON.stringify(fields) + "\n");
  };
  stream.write = (chunk, encoding, callback) => {
    const call = currentCall.getStore();
    if (call === undefined || typeof chunk !== "string") return write(chunk, encoding, callback);
    takeLines(call, writeLine, chunk);
    const done = typeof encoding === "function" ? encoding : callback;
    if (typeof done === "function") process.nextTick(done);
    return true;
  };
  // A reader that went away must not end the function.
  stream.on("error", () => {});
}

function takeLines(call, writeLine, chunk) {
  const lines = ((call.unfinishedLines.get(writeLine) ?? "") + chunk).split("\n");
  const rest = lines.pop();
  call.unfinishedLines.delete(writeLine);
  if (rest.length > maxLine) lines.push(rest);
  else if (rest !== "") call.unfinishedLines.set(writeLine, rest);
  for (const line of lines) writeLine(line, call);
}

function withoutHostFrames(value) {
  return value instanceof Error ? describe(value) : value;
}

function encode(entry, plain) {
  try {
    return JSON.stringify(entry);
  } catch (error) {
    // Fields of the user's that are not JSON: cycles, BigInt.
    return JSON.stringify({ ...plain, fields_error: String(error.message) });
  }
}

function parseObject(line) {
  if (!line.startsWith("{")) return null;
  try {
    return JSON.parse(line);
  } catch {
    // Text that only looks like an object.
    return null;
  }
}
