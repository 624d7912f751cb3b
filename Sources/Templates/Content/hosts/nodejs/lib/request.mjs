// One request, checked beyond what Node.js checks itself.

import { Refusal } from "./refusal.mjs";

const maxTarget = 16 * 1024;

/** A request whose body is complete once `readBody` has ended. */
export class Request {
  constructor(message) {
    this.method = message.method;
    this.isHTTP10 = message.httpVersionMinor === 0;
    /** Lower-case names; every value in the order of arrival. */
    this.headers = collect(message.rawHeaders);
    const target = pathOf(message.url, this.method);
    const mark = target.indexOf("?");
    this.path = mark < 0 ? target : target.slice(0, mark);
    this.query = mark < 0 ? "" : target.slice(mark + 1);
    this.body = Buffer.alloc(0);
    /** Address of the peer; null on a Unix socket. */
    this.remote = message.socket.remoteAddress ?? null;
  }

  /** The first value of a header. */
  header(name) {
    return this.headers.get(name)?.[0] ?? null;
  }

  /** Refuses what could mean two things to two servers. */
  checkFraming(maxBody) {
    const lengths = this.headers.get("content-length");
    const codings = this.headers.get("transfer-encoding");
    const hosts = this.headers.get("host") ?? [];
    if (hosts.length > 1) throw new Refusal(400, "the request has several Host headers");
    if (hosts.length === 0 && !this.isHTTP10) throw new Refusal(400, "the request has no Host header");
    if (codings !== undefined) {
      if (lengths !== undefined || this.isHTTP10) {
        throw new Refusal(400, "Transfer-Encoding stands where it may not");
      }
      if (codings.length > 1 || codings[0].toLowerCase() !== "chunked") {
        throw new Refusal(501, "only the transfer coding 'chunked' is known");
      }
    } else if (lengths !== undefined) {
      if (lengths.length > 1 || !/^[0-9]{1,18}$/.test(lengths[0])) {
        throw new Refusal(400, "Content-Length is malformed");
      }
      if (Number(lengths[0]) > maxBody) throw tooLarge(maxBody);
    }
  }

  /** Collects the body. Rejects with Refusal where it is too large, and where the connection ends before it does. */
  readBody(message, maxBody) {
    return new Promise((resolve, reject) => {
      const pieces = [];
      let size = 0;
      message.on("data", (piece) => {
        size += piece.length;
        if (size > maxBody) {
          message.removeAllListeners("data");
          reject(tooLarge(maxBody));
        } else {
          pieces.push(piece);
        }
      });
      message.on("end", () => {
        this.body = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
        resolve();
      });
      message.on("error", reject);
      message.on("close", () => reject(new Refusal(400, "the request broke off")));
    });
  }
}

function tooLarge(maxBody) {
  return new Refusal(413, `the request's body is larger than ${maxBody} bytes`);
}

function collect(rawHeaders) {
  const headers = new Map();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index].toLowerCase();
    const values = headers.get(name);
    if (values === undefined) headers.set(name, [rawHeaders[index + 1]]);
    else values.push(rawHeaders[index + 1]);
  }
  return headers;
}

/** The path and query of a target; proxies send it in absolute form. */
function pathOf(target, method) {
  if (target.length > maxTarget) throw new Refusal(414, "the request's target is too long");
  if (target.startsWith("/") || (target === "*" && method === "OPTIONS")) return target;
  const match = /^https?:\/\/[^/?#]+/i.exec(target);
  if (match === null) throw new Refusal(400, "the request's target is malformed");
  const path = target.slice(match[0].length);
  return path.startsWith("/") ? path : `/${path}`;
}
