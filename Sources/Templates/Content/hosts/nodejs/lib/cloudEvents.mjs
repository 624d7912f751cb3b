// CloudEvents 1.0.2 over HTTP: binary, structured and batched.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md

import { randomUUID } from "node:crypto";

import { isJSON, mediaType, readBody, readData } from "./httpEvent.mjs";
import { encodeJSON, headerValue, makeAnswer, ResultError, toAnswer, types } from "./httpResult.mjs";
import { Refusal } from "./refusal.mjs";

const structured = "application/cloudevents+json";
const batched = "application/cloudevents-batch+json";
const required = ["specversion", "id", "source", "type"];
const dataNames = new Set(["data", "data_base64"]);
const attributeName = /^[a-z0-9]+$/;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The events of a request. Throws Refusal. */
export function parseEvents(request) {
  const media = mediaType(request);
  if (media === structured) return [check(load(request))];
  if (media === batched) {
    const batch = load(request);
    if (!Array.isArray(batch)) throw new Refusal(400, "a batch of CloudEvents must be a JSON array");
    return batch.map(check);
  }
  if (media.startsWith("application/cloudevents")) {
    throw new Refusal(415, `CloudEvents in the form '${media}' are not read; send JSON`);
  }
  if (!request.headers.has("ce-specversion")) throw notAnEvent("it has no ce-specversion header");
  return [check(fromHeaders(request))];
}

/** Whether a handler's result is meant as a CloudEvent. */
export function isEvent(value) {
  return isObject(value) && [value.type, value.source].every((text) => typeof text === "string" && text !== "");
}

/** A reply with the attributes that the handler left to the host. */
export function completeEvent(event) {
  return { specversion: "1.0", id: randomUUID(), ...event };
}

/** An answer in binary mode. Throws ResultError. */
export function encodeEvent(event) {
  const headers = new Map();
  for (const [name, value] of Object.entries(event)) {
    if (dataNames.has(name) || name === "datacontenttype" || value === undefined || value === null) continue;
    headers.set(`ce-${checkedName(name)}`, [encodeValue(name, value)]);
  }
  const answer = makeAnswer(200, headers);
  let contentType = event.datacontenttype;
  if (typeof event.data_base64 === "string") {
    answer.body = toAnswer({ statusCode: 200, body: event.data_base64, isBase64Encoded: true }).body;
  } else if (event.data !== undefined && event.data !== null) {
    [answer.body, contentType] = encodeData(event.data, contentType);
  }
  if (contentType) headers.set("content-type", [headerValue("datacontenttype", contentType)]);
  return answer;
}

/** Several events in one answer, which binary mode cannot hold. Throws ResultError. */
export function encodeBatch(events) {
  for (const event of events) Object.keys(event).filter((name) => !dataNames.has(name)).forEach(checkedName);
  const answer = makeAnswer(200, new Map([["content-type", [batched]]]));
  answer.body = encodeJSON(events);
  return answer;
}

function load(request) {
  try {
    return JSON.parse(utf8.decode(request.body));
  } catch {
    throw notAnEvent("its body is not JSON");
  }
}

function check(given) {
  if (!isObject(given)) throw notAnEvent("a JSON object is expected");
  // In the JSON format an attribute that is null is absent.
  const event = Object.fromEntries(Object.entries(given).filter(([name, value]) => value !== null || name === "data"));
  for (const name of required) {
    if (typeof event[name] !== "string" || event[name] === "") {
      throw notAnEvent(`attribute '${name}' is missing or not a text`);
    }
  }
  if (event.specversion !== "1.0") {
    throw new Refusal(400, `CloudEvents of version '${event.specversion}' are not read, only 1.0`);
  }
  const names = Object.keys(event);
  if (names.includes("data") && names.includes("data_base64")) {
    throw notAnEvent("it has both 'data' and 'data_base64'");
  }
  for (const name of names) {
    if (!dataNames.has(name) && !(attributeName.test(name) && isAttribute(event[name]))) {
      throw notAnEvent(`attribute '${name}' is malformed`);
    }
  }
  if (!names.includes("data_base64")) event.data ??= null;
  return event;
}

function fromHeaders(request) {
  const event = new Map();
  for (const [name, values] of request.headers) {
    if (!name.startsWith("ce-")) continue;
    if (values.length > 1) throw notAnEvent(`header '${name}' is repeated`);
    event.set(name.slice(3), decodeValue(name, values[0]));
  }
  const contentType = request.header("content-type");
  if (contentType) event.set("datacontenttype", contentType);
  const content = readBody(request);
  if (content.isBase64Encoded) event.set("data_base64", content.body);
  else if (content.body !== null) event.set("data", readEventData(request, content));
  return Object.fromEntries(event);
}

function readEventData(request, content) {
  const media = mediaType(request);
  if (media !== "" && !isJSON(media)) return content.body;
  const data = readData(request, content);
  if (data === null && content.body.trim() !== "null") {
    throw notAnEvent("its data is not the JSON that its type promises");
  }
  return data;
}

function decodeValue(name, value) {
  const text = /^".*"$/.test(value) ? value.slice(1, -1).replace(/\\(.)/g, "$1") : value;
  const bytes = text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  try {
    return utf8.decode(Buffer.from(bytes, "latin1"));
  } catch {
    throw notAnEvent(`header '${name}' is not UTF-8`);
  }
}

function encodeValue(name, value) {
  if (!["string", "number", "boolean"].includes(typeof value)) {
    throw new ResultError(`attribute '${name}' must be a text, number or bool`);
  }
  // All but the printable ASCII characters, and space, quote and percent.
  return Buffer.from(String(value))
    .toString("latin1")
    .replace(/[^\x21-\x7e]|["%]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}

function checkedName(name) {
  if (!attributeName.test(name)) throw new ResultError(`${JSON.stringify(name)} is not the name of an attribute`);
  return name;
}

function encodeData(data, contentType) {
  if (ArrayBuffer.isView(data)) return [toAnswer(data).body, contentType ?? types.binary];
  const media = (contentType ?? "").split(";", 1)[0].trim().toLowerCase();
  if (typeof data === "string" && contentType && !isJSON(media)) return [Buffer.from(data), contentType];
  return [encodeJSON(data), contentType ?? types.json];
}

function isAttribute(value) {
  return typeof value === "string" || typeof value === "boolean" || Number.isInteger(value);
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function notAnEvent(reason) {
  return new Refusal(400, `the request is not a CloudEvent: ${reason}`);
}
