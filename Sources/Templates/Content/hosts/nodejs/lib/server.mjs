// Listeners, connections and the orderly stop.

import { once } from "node:events";
import { lstatSync, unlinkSync } from "node:fs";
import { createServer } from "node:http";
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";

import { Call } from "./context.mjs";
import { Dispatcher } from "./dispatcher.mjs";
import { errorAnswer, makeAnswer, types } from "./httpResult.mjs";
import { log } from "./logs.mjs";
import { Refusal } from "./refusal.mjs";
import { deliver, refuse, refuseRaw } from "./reply.mjs";
import { Request } from "./request.mjs";
import { describe } from "./stacks.mjs";

const backlog = 1024;
const maxHead = 32 * 1024;
const maxFields = 200;

const parserRefusals = {
  HPE_HEADER_OVERFLOW: [431, "the request's head is too large"],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "the request took too long to arrive"],
};

/** Serves one application until it is told to stop. */
export class Server {
  #settings;
  #dispatcher;
  #servers = [];
  /** What is known of every open connection. */
  #connections = new Map();
  #isDraining = false;

  constructor(settings, application) {
    this.#settings = settings;
    this.#dispatcher = new Dispatcher(application, settings);
  }

  /** Opens the listeners; rejects where that fails. */
  async listen() {
    const { unixPath, host, port } = this.#settings;
    if (unixPath !== null) {
      unlinkSocket(unixPath);
      // Only the user that runs the function may connect, from the first moment on.
      const mask = process.umask(0o177);
      const listening = this.#open({ path: unixPath, backlog });
      process.umask(mask);
      await listening;
    }
    await this.#open({ host, port, backlog });
  }

  /** Ends when the calls that run have ended, or their time is over. */
  async stop() {
    // Whatever has arrived already is taken in first.
    await nextTurn();
    await nextTurn();
    this.#isDraining = true;
    const closed = Promise.all(this.#servers.map((server) => once(server, "close")));
    for (const server of this.#servers) server.close();
    for (const [socket, connection] of this.#connections) {
      if (connection.exchanges.size === 0) socket.destroy();
    }
    const isOver = await Promise.race([closed.then(() => this.#idle()), delay(this.#settings.drain * 1000, true)]);
    if (isOver && this.#dispatcher.running > 0) {
      log("warn", `stopped after ${this.#settings.drain} s, calls unfinished: ${this.#dispatcher.running}`);
    }
  }

  /** Resolves when no call runs; one may outlive its caller's connection. */
  async #idle() {
    while (this.#dispatcher.running > 0) await delay(10);
    return false;
  }

  #open(address) {
    const { ioTimeout, idleTimeout } = this.#settings;
    const server = createServer({
      maxHeaderSize: maxHead,
      noDelay: true,
      requireHostHeader: false,
      // Fixed ends, whatever trickles in: a slow client gains nothing by sending single bytes.
      headersTimeout: ioTimeout * 1000,
      requestTimeout: ioTimeout * 4000,
      keepAliveTimeout: idleTimeout * 1000,
      connectionsCheckingInterval: Math.min(1000, ioTimeout * 500),
    });
    server.maxHeadersCount = 0;
    server.timeout = ioTimeout * 1000;
    server.on("connection", (socket) => this.#onConnection(socket));
    server.on("request", (message, reply) => this.#onRequest(message, reply));
    server.on("checkContinue", (message, reply) => this.#onRequest(message, reply, { waits: true }));
    server.on("checkExpectation", (message, reply) => this.#onRequest(message, reply, { isUnknown: true }));
    server.on("clientError", (error, socket) => this.#onClientError(error, socket));
    server.on("timeout", (socket) => this.#onTimeout(socket));
    this.#servers.push(server);
    return new Promise((resolve, reject) => {
      server.once("error", (error) => {
        const place = address.path ?? `${address.host}:${address.port}`;
        reject(new Error(`cannot listen on '${place}': ${error.code ?? error.message}`));
      });
      server.listen(address, resolve);
    });
  }

  #onConnection(socket) {
    this.#connections.set(socket, {
      exchanges: new Set(),
      receiving: null,
      refusal: null,
      isRefused: false,
      hasServed: false,
    });
    socket.on("close", () => this.#connections.delete(socket));
  }

  /** Nothing has moved for a while: the connection is unused, its client takes no answer, or a call runs. */
  #onTimeout(socket) {
    const connection = this.#connections.get(socket);
    // How long the first request may take to arrive has a limit of its own.
    const isUnused = connection !== undefined && connection.exchanges.size === 0 && connection.hasServed;
    if (isUnused || socket.writableLength > 0) socket.destroy();
  }

  async #onRequest(message, reply, expectation = {}) {
    const connection = this.#connections.get(message.socket);
    // Nothing that follows a refused request can be trusted.
    if (connection === undefined || connection.isRefused) return;
    const exchange = { breakOff: null };
    connection.exchanges.add(exchange);
    reply.once("close", () => this.#afterReply(message.socket, connection, exchange));
    try {
      const request = await this.#receive(connection, exchange, message, reply, expectation);
      if (this.#isDraining) reply.setHeader("connection", "close");
      const probe = this.#probe(request);
      if (probe !== null) await deliver(message, reply, probe);
      else await this.#call(request, message, reply);
    } catch (error) {
      connection.isRefused = true;
      if (!(error instanceof Refusal)) log("error", `the host failed: ${describe(error)}`);
      await refuse(message, reply, error instanceof Refusal ? error : new Refusal(500, "the host failed"));
    }
  }

  async #receive(connection, exchange, message, reply, expectation) {
    if (message.rawHeaders.length > 2 * maxFields) throw new Refusal(431, "the request has too many headers");
    const request = new Request(message);
    request.checkFraming(this.#settings.maxBody);
    if (expectation.isUnknown) throw new Refusal(417, "only the expectation '100-continue' is known");
    if (expectation.waits) reply.writeContinue();
    const brokenOff = new Promise((_, reject) => {
      exchange.breakOff = reject;
    });
    connection.receiving = exchange;
    await Promise.race([request.readBody(message, this.#settings.maxBody), brokenOff]);
    connection.receiving = null;
    return request;
  }

  async #call(request, message, reply) {
    const call = new Call(request, this.#settings.timeout);
    reply.once("close", () => {
      if (!reply.writableFinished) call.abandon();
    });
    await this.#dispatcher.dispatch(call, (answer) => {
      if (this.#isDraining && !reply.headersSent) reply.setHeader("connection", "close");
      return deliver(message, reply, answer, call);
    });
  }

  /** Answers the platform's health checks. */
  #probe(request) {
    if (request.path !== "/health/readiness" && request.path !== "/health/liveness") return null;
    if (request.method !== "GET" && request.method !== "HEAD") {
      return errorAnswer(405, "health checks are read with GET");
    }
    const isWell = request.path === "/health/liveness" || !this.#isDraining;
    return makeAnswer(isWell ? 200 : 503, new Map([["content-type", [types.text]]]));
  }

  /** Node.js could not make a request of what came, or it came too slowly. */
  #onClientError(error, socket) {
    const connection = this.#connections.get(socket);
    if (connection === undefined || !socket.writable || error.code === "ECONNRESET") {
      socket.destroy();
      return;
    }
    if (connection.refusal !== null) return;
    const [status, text] = parserRefusals[error.code] ?? [400, "the request is malformed"];
    connection.refusal = new Refusal(status, text);
    connection.refusal.isParserError = true;
    // Answers to requests before it go first.
    if (connection.receiving !== null) connection.receiving.breakOff(connection.refusal);
    else if (connection.exchanges.size === 0) this.#refuseRest(socket, connection);
  }

  #afterReply(socket, connection, exchange) {
    connection.exchanges.delete(exchange);
    connection.hasServed = true;
    if (connection.exchanges.size > 0) return;
    if (connection.refusal !== null) this.#refuseRest(socket, connection);
    else if (this.#isDraining) socket.end();
  }

  #refuseRest(socket, connection) {
    if (connection.isRefused) return;
    connection.isRefused = true;
    refuseRaw(socket, connection.refusal);
  }
}

/** Removes a socket that an earlier process left; anything else stays. */
function unlinkSocket(path) {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket()) unlinkSync(path);
}
