// Writes answers.

import { once } from "node:events";
import { STATUS_CODES } from "node:http";

import { errorAnswer, hasBody } from "./httpResult.mjs";
import { log } from "./logs.mjs";
import { describe } from "./stacks.mjs";

// How long, and for how many bytes, a refused client may go on sending before the connection is cut;
// cutting at once could take the answer away from it.
const lingerTime = 2000;
const maxLinger = 64 * 1024 * 1024;

/** Sends the answer of a call. Resolves with true once a streamed one has ended. */
export async function deliver(message, reply, answer, call) {
  writeHead(message, reply, answer);
  if (answer.stream === null) {
    reply.end(hasBody(answer.status) ? answer.body : undefined);
    return true;
  }
  try {
    await writeStream(message, reply, answer.stream, call);
    reply.end();
  } catch (error) {
    if (!call.isAbandoned) log("error", `the answer broke off: ${describe(error)}`, call);
    breakOff(message.socket);
  }
  return true;
}

/** Sends an answer to a request that is not served, and closes the connection. */
export async function refuse(message, reply, refusal) {
  if (reply.headersSent) {
    message.socket.destroy();
    return;
  }
  const answer = errorAnswer(refusal.status, refusal.message);
  reply.setHeader("connection", "close");
  writeHead(message, reply, answer);
  reply.write(answer.body);
  if (!refusal.isParserError && !message.complete) await discard(message);
  reply.end();
}

/** Sends an answer where Node.js has not made a request of what came. */
export function refuseRaw(socket, { status, message }) {
  const { body } = errorAnswer(status, message);
  const fields = ["content-type: application/json", `content-length: ${body.length}`, "connection: close"];
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${fields.join("\r\n")}\r\n\r\n${body}`);
  setTimeout(() => socket.destroy(), lingerTime).unref();
}

function writeHead(message, reply, answer) {
  for (const [name, values] of answer.headers) reply.setHeader(name, values.length === 1 ? values[0] : values);
  const { length } = answer.body;
  // Without a body there is no telling how long the answer to GET would be.
  if (answer.stream === null && hasBody(answer.status) && (length > 0 || message.method !== "HEAD")) {
    reply.setHeader("content-length", length);
  }
  reply.writeHead(answer.status);
}

async function writeStream(message, reply, stream, call) {
  if (message.method === "HEAD") {
    await stream.return();
    return;
  }
  call.signal.addEventListener("abort", () => breakOff(message.socket));
  for await (const piece of stream) {
    if (reply.destroyed) return;
    if (!reply.write(piece)) await Promise.race([once(reply, "drain"), once(reply, "close")]);
  }
}

/** Closes without the end of an answer, which tells the client; what was written before is still sent. */
function breakOff(socket) {
  setImmediate(() => socket.destroySoon());
}

/** Reads on without keeping anything, within bounds. */
function discard(message) {
  return new Promise((resolve) => {
    let size = 0;
    const timer = setTimeout(resolve, lingerTime);
    const finish = () => {
      clearTimeout(timer);
      resolve();
    };
    message.on("data", (piece) => {
      size += piece.length;
      if (size > maxLinger) finish();
    });
    message.on("close", finish);
    message.on("end", finish);
  });
}
