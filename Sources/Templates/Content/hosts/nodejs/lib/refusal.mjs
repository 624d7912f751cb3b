/** A request that is refused before it reaches the handler. */
export class Refusal extends Error {
  /** Whether Node.js itself gave up on the connection, so that no more can be read from it. */
  isParserError = false;

  constructor(status, message) {
    super(message);
    this.status = status;
  }
}
