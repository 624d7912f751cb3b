// The answer that a handler's result stands for.

export const types = {
  text: "text/plain; charset=utf-8",
  json: "application/json",
  binary: "application/octet-stream",
  lines: "application/x-ndjson",
};

// The fields of an answer. `status` alone is also a common field of data, so it only counts among these.
const answerFields = new Set(["status", "headers", "multiValueHeaders", "cookies", "body", "isBase64Encoded"]);
// Headers that frame the answer or belong to the connection: the host sets them.
const ownHeaders = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
const tokenPattern = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const unsafePattern = /[\x00-\x08\x0a-\x1f\x7f]/;

/** A result that cannot be sent. */
export class ResultError extends Error {
  constructor(reason) {
    super(`the handler's result cannot be sent: ${reason}`);
  }
}

/** An answer: `headers` maps names to lists of values; `body` is a Buffer or, when streamed, null beside `stream`. */
export function makeAnswer(status, headers = new Map()) {
  return { status, headers, body: Buffer.alloc(0), stream: null };
}

/** An answer that says what went wrong as JSON. */
export function errorAnswer(status, message, details = {}) {
  const answer = makeAnswer(status, new Map([["content-type", [types.json]]]));
  answer.body = encodeJSON({ error: message, ...details });
  return answer;
}

/** Whether an answer with this status may have a body (RFC 9110, 6.4.1). */
export function hasBody(status) {
  return status !== 204 && status !== 205 && status !== 304;
}

/** Maps a result. Throws ResultError. */
export function toAnswer(result) {
  if (isPlain(result)) {
    const status = statusOf(result);
    if (status !== null) return fromFields(status, result);
  }
  return withBody(makeAnswer(200), result);
}

/** The whole result as JSON, whatever fields it has; nothing is null. Throws ResultError. */
export function toDocument(result) {
  return finish(makeAnswer(200), encodeJSON(result === undefined ? null : result), types.json);
}

/** One piece of a streamed answer: bytes as they are, text as UTF-8, everything else as a line of JSON. */
export function encodePiece(piece) {
  if (typeof piece === "string") return Buffer.from(piece);
  if (isBytes(piece)) return toBuffer(piece);
  return Buffer.concat([encodeJSON(piece), Buffer.from("\n")]);
}

/** The content type of a streamed answer, told by its first piece. */
export function pieceType(piece) {
  if (typeof piece === "string") return types.text;
  return isBytes(piece) ? types.binary : types.lines;
}

/** A header's value as it goes on the wire: characters beyond ASCII as UTF-8. Throws ResultError. */
export function headerValue(name, value) {
  const text = String(value);
  if (unsafePattern.test(text)) throw new ResultError(`header '${name}' holds a control character`);
  return Buffer.from(text, "utf8").toString("latin1");
}

/** Encodes a result. Throws ResultError. */
export function encodeJSON(value) {
  let text;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw new ResultError(`it is not JSON: ${error.message.split("\n", 1)[0]}`);
  }
  if (text === undefined) throw new ResultError(`a ${typeof value} is not JSON`);
  return Buffer.from(text);
}

function statusOf(result) {
  for (const name of ["statusCode", "status_code"]) {
    if (name in result) return checkedStatus(name, result[name]);
  }
  const hasStatus = typeof result.status === "number" && Object.keys(result).every((key) => answerFields.has(key));
  return hasStatus ? checkedStatus("status", result.status) : null;
}

function checkedStatus(name, value) {
  const number = typeof value === "string" && /^[0-9]{3}$/.test(value) ? Number(value) : value;
  if (Number.isInteger(number) && number >= 200 && number <= 599) return number;
  throw new ResultError(`${name} must be a number from 200 to 599, not ${JSON.stringify(value) ?? String(value)}`);
}

function fromFields(status, result) {
  const answer = makeAnswer(status, collectHeaders(result));
  let { body } = result;
  if (result.isBase64Encoded && typeof body === "string") body = decodeBase64(body);
  return withBody(answer, body);
}

function collectHeaders(result) {
  const headers = new Map();
  for (const field of ["multiValueHeaders", "headers"]) {
    const given = result[field] ?? {};
    if (typeof given !== "object" || Array.isArray(given)) throw new ResultError(`${field} must be an object`);
    const pairs = typeof given.entries === "function" ? [...given.entries()] : Object.entries(given);
    for (const [name, value] of pairs) addHeader(headers, name, value);
  }
  const cookies = [result.cookies ?? []].flat().map((cookie) => headerValue("set-cookie", cookie));
  if (cookies.length > 0) headers.set("set-cookie", [...(headers.get("set-cookie") ?? []), ...cookies]);
  return headers;
}

function addHeader(headers, name, value) {
  if (!tokenPattern.test(name)) throw new ResultError(`${JSON.stringify(name)} is not a header name`);
  const key = name.toLowerCase();
  if (ownHeaders.has(key)) return;
  const values = headers.get(key) ?? [];
  for (const item of Array.isArray(value) ? value : [value]) {
    if (item === null || item === undefined) continue;
    const text = headerValue(key, item);
    if (!values.includes(text)) values.push(text);
  }
  if (values.length > 0) headers.set(key, values);
}

function decodeBase64(text) {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) {
    throw new ResultError("its body is not Base64");
  }
  return Buffer.from(text, "base64");
}

function withBody(answer, body) {
  if (body === undefined || body === null) return answer;
  if (typeof body === "string") return finish(answer, Buffer.from(body), types.text);
  if (isBytes(body)) return finish(answer, toBuffer(body), types.binary);
  if (isStream(body)) {
    answer.stream = hasBody(answer.status) ? body : null;
    return answer;
  }
  return finish(answer, encodeJSON(body), types.json);
}

function finish(answer, body, type) {
  answer.body = body;
  if (!answer.headers.has("content-type")) answer.headers.set("content-type", [type]);
  return answer;
}

function isPlain(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isBytes(value) && !isStream(value);
}

function isBytes(value) {
  return value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}

function toBuffer(value) {
  return value instanceof ArrayBuffer
    ? Buffer.from(value)
    : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

function isStream(value) {
  if (typeof value !== "object" || value === null) return false;
  return Symbol.asyncIterator in value || (Symbol.iterator in value && typeof value.next === "function");
}
