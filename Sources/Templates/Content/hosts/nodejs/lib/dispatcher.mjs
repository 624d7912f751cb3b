// Decides when a call may run, and how long.

import { currentCall } from "./currentCall.mjs";
import { errorAnswer } from "./httpResult.mjs";
import { finishLines, log } from "./logs.mjs";

// Calls at once where the platform leaves the choice to the host.
const defaultLimit = 1000;
// The longest time that a timer of Node.js takes.
const maxDelay = 2 ** 31 - 1;

/** Runs at most `limit` calls at once and keeps the others in order. */
export class Dispatcher {
  #application;
  #timeout;
  #limit;
  /** Calls without a place, each with the function that gives it one. */
  #waiting = new Map();
  running = 0;

  constructor(application, settings) {
    this.#application = application;
    this.#timeout = settings.timeout;
    this.#limit = settings.concurrency || defaultLimit;
  }

  /**
   * Runs a call and hands its answer to `deliver`, which resolves when a streamed answer has ended.
   * A call that runs out of time gives its place back: nothing tells whether its promise will ever settle.
   */
  async dispatch(call, deliver) {
    let timer;
    const timeIsOver = new Promise((resolve) => {
      timer = setTimeout(resolve, Math.min(this.#timeout * 1000, maxDelay), null);
    });
    const hasPlace = await Promise.race([this.#admit(call), timeIsOver]);
    if (hasPlace) {
      await currentCall.run(call, () => this.#run(call, deliver, timeIsOver));
      this.#release();
    } else {
      this.#waiting.delete(call);
      deliver(this.#giveUp(call));
    }
    clearTimeout(timer);
    finishLines(call);
  }

  async #run(call, deliver, timeIsOver) {
    const failure = new Promise((resolve) => {
      call.fail = (error) => resolve(this.#application.failure(call, error));
    });
    const answer = await Promise.race([this.#application.respond(call), failure, timeIsOver]);
    if (answer === null) deliver(this.#giveUp(call));
    else if (answer.stream === null) deliver(answer);
    else if ((await Promise.race([deliver(answer), timeIsOver])) === null) this.#giveUp(call);
  }

  #giveUp(call) {
    const message = `did not answer within ${this.#timeout} s`;
    log("error", `the call ${message}`, call);
    call.isOverdue = true;
    call.abandon();
    return errorAnswer(504, `the function ${message}`);
  }

  /** True, or a promise of it, once the call has a place. */
  #admit(call) {
    if (this.running < this.#limit) {
      this.running += 1;
      return true;
    }
    return new Promise((resolve) => this.#waiting.set(call, () => resolve(true)));
  }

  #release() {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.running -= 1;
      return;
    }
    // The place passes on.
    const [call, admit] = next;
    this.#waiting.delete(call);
    admit();
  }
}
