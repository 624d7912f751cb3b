import { AsyncLocalStorage } from "node:async_hooks";

/** The call to which code belongs; it follows the code across await, timers and callbacks. */
export const currentCall = new AsyncLocalStorage();
