// From a request to the handler and from its result to an answer.

import { Context } from "./context.mjs";
import { httpMapping } from "./httpEvent.mjs";
import { encodePiece, errorAnswer, pieceType, ResultError } from "./httpResult.mjs";
import { log } from "./logs.mjs";
import { Refusal } from "./refusal.mjs";
import { describe, summary } from "./stacks.mjs";

/** One function: its handler and how requests of its type map to calls. */
export class Application {
  #settings;
  #handler;
  #mapping;

  static async create(settings, handler) {
    return new Application(settings, handler, await mappingFor(settings.type));
  }

  constructor(settings, handler, mapping) {
    this.#settings = settings;
    this.#handler = handler;
    this.#mapping = mapping;
  }

  /** Answers a call. Never rejects. */
  async respond(call) {
    try {
      const handler = this.#handler;
      const context = new Context(call, this.#settings);
      const results = [];
      for (const event of this.#mapping.events(call, this.#settings)) {
        results.push(await handler(event, context));
      }
      const answer = this.#mapping.answer(results, call);
      if (answer.stream !== null) await startStream(answer);
      return answer;
    } catch (error) {
      return this.failure(call, error);
    }
  }

  /** The answer for what a handler threw. */
  failure(call, error) {
    if (error instanceof Refusal) return errorAnswer(error.status, error.message);
    const isResult = error instanceof ResultError;
    const description = isResult ? error.message : describe(error);
    // Once its time is over, what a call does is stopped by us.
    if (!call.isOverdue) {
      const first = summary(error);
      log("error", isResult || description.startsWith(first) ? description : `${first}\n${description}`, call);
    }
    const details = { request_id: call.requestId };
    if (this.#settings.developing) details.details = description;
    return errorAnswer(500, "the function failed", details);
  }
}

async function mappingFor(type) {
  if (type === "http") return httpMapping;
  if (type === "stream") return (await import("./streamMapping.mjs")).streamMapping;
  return (await import("./eventMapping.mjs")).eventMapping;
}

/** Takes the first piece: it tells the kind of content, and may fail while there is time to say so. */
async function startStream(answer) {
  const items = answer.stream[Symbol.asyncIterator]?.() ?? answer.stream[Symbol.iterator]();
  const first = await items.next();
  if (first.done) {
    answer.stream = null;
    return;
  }
  const encoded = encodePiece(first.value);
  if (!answer.headers.has("content-type")) answer.headers.set("content-type", [pieceType(first.value)]);
  answer.stream = pieces(encoded, items);
}

async function* pieces(first, rest) {
  try {
    yield first;
    for (let item = await rest.next(); !item.done; item = await rest.next()) yield encodePiece(item.value);
  } finally {
    await rest.return?.();
  }
}
