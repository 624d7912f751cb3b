// From the environment to a serving process.

import { Application } from "./application.mjs";
import { currentCall } from "./currentCall.mjs";
import { LoadError, loadHandler } from "./loader.mjs";
import { install, log, writePlain } from "./logs.mjs";
import { Server } from "./server.mjs";
import { readSettings } from "./settings.mjs";
import { describe, summary } from "./stacks.mjs";

const exit = process.exit.bind(process);

/** Runs until SIGTERM; ends the process with status 0, or 1 with the reason as the last line. */
export async function main() {
  // As process 1 the signal would otherwise be ignored until the server listens.
  const exitAtOnce = () => exit(0);
  process.on("SIGTERM", exitAtOnce);
  install();
  try {
    const settings = readSettings(process.env);
    const handler = await load(settings.handler);
    const server = new Server(settings, await Application.create(settings, handler));
    keepServing();
    await server.listen();
    process.off("SIGTERM", exitAtOnce);
    stopOnSignal(server);
  } catch (error) {
    if (error instanceof LoadError && error.details !== null) writePlain(`${error.details}\n`);
    writePlain(`${error.message}\n`);
    exit(1);
  }
}

async function load(text) {
  const onExit = () => {
    writePlain(`handler '${text}' cannot be loaded: its module waits for something that never happens\n`);
    process.exitCode = 1;
  };
  process.on("exit", onExit);
  process.exit = (code = 0) => {
    throw new Error(`the function called process.exit(${code})`);
  };
  const handler = await loadHandler(text, process.cwd()).finally(() => process.off("exit", onExit));
  return handler;
}

/** What user code leaves unhandled fails its own call, not the process with all the others. */
function keepServing() {
  const report = (error) => {
    const call = currentCall.getStore();
    if (call === undefined) log("error", `unhandled: ${summary(error)}\n${describe(error)}`);
    else call.fail(error);
  };
  process.on("uncaughtException", report);
  process.on("unhandledRejection", (error) => {
    log("error", `unhandled rejection: ${summary(error)}\n${describe(error)}`, currentCall.getStore());
  });
}

function stopOnSignal(server) {
  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    await server.stop();
    exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}
