// A debugger of one breakpoint, over the inspector protocol of Node.js.
//
//     node inspector.mjs ENTRY FILE LINE GO
//
// ENTRY is an entry of launch.json, FILE a file of the project, as an editor names it. Prints `ready` once the breakpoint
// is set, `stopped FILE:LINE` when it is hit, stays there until the file GO is there, lets the program go on and prints
// `done`. https://chromedevtools.github.io/devtools-protocol/v8/Debugger
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import http from "node:http";

const [text, file, line, go] = process.argv.slice(2);
const { address, port, localRoot, remoteRoot } = JSON.parse(text);
const moved = (path, from, to) => (path.startsWith(from + "/") ? to + path.slice(from.length) : path);

function get(path) {
  return new Promise((resolve, reject) => {
    http.get({ host: address, port, path }, (response) => {
      let text = "";
      response.on("data", (part) => (text += part));
      response.on("end", () => resolve(JSON.parse(text)));
    }).on("error", reject);
  });
}

/** The messages of one WebSocket; frames of the server are never masked, and here never in parts. */
class Socket {
  #waiting = new Map();
  #events = [];
  #listeners = [];
  #buffer = Buffer.alloc(0);
  #next = 0;
  scripts = new Map();

  static open(url) {
    const { pathname } = new URL(url);
    const key = randomBytes(16).toString("base64");
    const headers = { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13" };
    return new Promise((resolve, reject) => {
      const request = http.get({ host: address, port, path: pathname, headers });
      request.on("error", reject);
      request.on("upgrade", (response, socket) => {
        const expected = createHash("sha1").update(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest("base64");
        if (response.headers["sec-websocket-accept"] !== expected) reject(new Error("not a WebSocket"));
        resolve(new Socket(socket));
      });
    });
  }

  constructor(socket) {
    this.socket = socket;
    socket.on("data", (part) => this.#take(part));
    socket.on("close", () => process.exit(2));
  }

  #take(part) {
    this.#buffer = Buffer.concat([this.#buffer, part]);
    while (this.#buffer.length >= 2) {
      let length = this.#buffer[1] & 0x7f;
      let start = 2;
      if (length === 126) [length, start] = [this.#buffer.readUInt16BE(2), 4];
      else if (length === 127) [length, start] = [Number(this.#buffer.readBigUInt64BE(2)), 10];
      if (this.#buffer.length < start + length) return;
      const message = this.#buffer.subarray(start, start + length);
      const opcode = this.#buffer[0] & 0x0f;
      this.#buffer = this.#buffer.subarray(start + length);
      if (opcode === 1) this.#dispatch(JSON.parse(message.toString()));
    }
  }

  #dispatch(message) {
    // Frames name their files by number only.
    if (message.method === "Debugger.scriptParsed") this.scripts.set(message.params.scriptId, message.params.url);
    if (message.id !== undefined) return this.#waiting.get(message.id)(message.result ?? message.error);
    const index = this.#listeners.findIndex((listener) => listener.method === message.method);
    if (index < 0) return this.#events.push(message);
    this.#listeners.splice(index, 1)[0].resolve(message.params);
  }

  call(method, params = {}) {
    const id = ++this.#next;
    const body = Buffer.from(JSON.stringify({ id, method, params }));
    const mask = randomBytes(4);
    const head = body.length < 126 ? Buffer.from([0x81, 0x80 | body.length]) : Buffer.from([0x81, 0xfe, body.length >> 8, body.length & 0xff]);
    this.socket.write(Buffer.concat([head, mask, body.map((byte, index) => byte ^ mask[index % 4])]));
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  event(method) {
    const found = this.#events.findIndex((event) => event.method === method);
    if (found >= 0) return Promise.resolve(this.#events.splice(found, 1)[0].params);
    return new Promise((resolve) => this.#listeners.push({ method, resolve }));
  }
}

await get("/json/version");
const [target] = await get("/json/list");
const socket = await Socket.open(target.webSocketDebuggerUrl);
await socket.call("Runtime.enable");
await socket.call("Debugger.enable");
const url = `file://${moved(file, localRoot, remoteRoot)}`;
const set = await socket.call("Debugger.setBreakpointByUrl", { url, lineNumber: Number(line) - 1 });
if (!set.locations?.length) throw new Error("the breakpoint does not bind: " + JSON.stringify(set));
console.log("ready");
const paused = await socket.event("Debugger.paused");
const frame = paused.callFrames[0];
const { pathname } = new URL(socket.scripts.get(frame.location.scriptId));
console.log(`stopped ${moved(pathname, remoteRoot, localRoot)}:${frame.location.lineNumber + 1}`);
while (!existsSync(go)) await new Promise((resolve) => setTimeout(resolve, 20));
await socket.call("Debugger.resume");
console.log("done");
process.exit(0);
