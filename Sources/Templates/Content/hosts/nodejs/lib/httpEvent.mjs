// What a handler of type http is given, and what becomes of its result.

import { toAnswer, toDocument } from "./httpResult.mjs";
import { Refusal } from "./refusal.mjs";

const jsonPattern = /^(?:application\/json|text\/json|[^/;]+\/[^/;]+\+json)$/;
// Always handed over as Base64, even where a body happens to be valid UTF-8.
const binaryPattern =
  /^(?:(?:image|audio|video|font)\/|multipart\/|application\/(?:octet-stream|pdf|zip|gzip|x-tar|x-gzip|wasm)$)/;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// Set by the platform only: the gateway takes it away from everyone else's requests.
const direct = "x-hks-direct";

/** One request is one call; the result is the answer. Of a direct call, event and answer are the bare values. */
export const httpMapping = {
  events: (call, settings) => [isDirect(call) ? parseBody(call) : makeEvent(call, settings)],
  answer: ([result], call) => (isDirect(call) ? toDocument(result) : toAnswer(result)),
};

function isDirect(call) {
  return call.request.headers.has(direct);
}

function parseBody({ request }) {
  try {
    return JSON.parse(utf8.decode(request.body));
  } catch {
    throw new Refusal(400, "the body of a direct call must be JSON");
  }
}

/** The content type without its parameters. */
export function mediaType(request) {
  return (request.header("content-type") ?? "").split(";", 1)[0].trim().toLowerCase();
}

/** Whether bodies of this type are JSON. */
export function isJSON(media) {
  return jsonPattern.test(media);
}

/** The body as text, or as Base64 where it is not text. */
export function readBody(request) {
  const bytes = request.body;
  if (bytes.length === 0) return { body: null, isBase64Encoded: false };
  if (!request.headers.has("content-encoding") && !binaryPattern.test(mediaType(request))) {
    try {
      return { body: utf8.decode(bytes), isBase64Encoded: false };
    } catch {
      // Not text after all.
    }
  }
  return { body: bytes.toString("base64"), isBase64Encoded: true };
}

/** The body's value where it is JSON, else null. */
export function readData(request, { body, isBase64Encoded }) {
  if (body === null || isBase64Encoded) return null;
  const media = mediaType(request);
  if (media !== "" && !isJSON(media)) return null;
  try {
    return JSON.parse(body);
  } catch {
    // The handler has the text.
    return null;
  }
}

function makeEvent(call, settings) {
  const { request } = call;
  const headers = new Map();
  for (const [name, values] of request.headers) headers.set(name, values.join(name === "cookie" ? "; " : ", "));
  const parameters = parseQuery(request.query);
  const single = [...parameters].map(([name, values]) => [name, values[values.length - 1]]);
  const body = readBody(request);
  return {
    httpMethod: request.method,
    path: request.path,
    // Object.fromEntries makes own properties even of names such as __proto__.
    headers: Object.fromEntries(headers),
    multiValueHeaders: Object.fromEntries(request.headers),
    queryStringParameters: Object.fromEntries(single),
    multiValueQueryStringParameters: Object.fromEntries(parameters),
    query: Object.fromEntries(single),
    rawQueryString: request.query,
    cookies: splitCookies(headers.get("cookie")),
    ...body,
    data: readData(request, body),
    requestContext: {
      requestId: call.requestId,
      functionName: settings.functionName,
      httpMethod: request.method,
      path: request.path,
      protocol: request.isHTTP10 ? "HTTP/1.0" : "HTTP/1.1",
      requestTimeEpoch: Date.now(),
      identity: { sourceIp: source(request, headers), userAgent: headers.get("user-agent") ?? null },
    },
  };
}

function parseQuery(query) {
  const parameters = new Map();
  if (query === "") return parameters;
  for (const [name, value] of new URLSearchParams(query)) {
    const values = parameters.get(name);
    if (values === undefined) parameters.set(name, [value]);
    else values.push(value);
  }
  return parameters;
}

function splitCookies(header = "") {
  return header
    .split(";")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function source(request, headers) {
  const forwarded = headers.get("x-forwarded-for");
  return forwarded ? forwarded.split(",", 1)[0].trim() : request.remote;
}
