// What the platform tells the host through the environment.

const functionTypes = ["http", "event", "scheduled", "stream"];
const week = 7 * 86400;

/** A variable holds a value that the host cannot work with. */
export class SettingsError extends Error {}

/** Reads every value that the environment sets, with its default. Times are in seconds. */
export function readSettings(environment) {
  const settings = {
    port: whole(environment, "PORT", 8080, 0, 65535),
    host: environment.HKS_LISTEN_HOST || "0.0.0.0",
    unixPath: environment.HKS_LISTEN_UNIX || null,
    handler: environment.HKS_HANDLER || "index.handler",
    type: environment.HKS_TYPE || "http",
    functionName: environment.HKS_FUNCTION_NAME || environment.K_SERVICE || "function",
    functionVersion: environment.HKS_FUNCTION_VERSION || environment.K_REVISION || "",
    memoryLimitInMB: whole(environment, "HKS_MEMORY_LIMIT_MB", 0, 0),
    // Longest time for one call, its wait for a free place included.
    timeout: seconds(environment, "HKS_TIMEOUT_SECONDS", 300),
    // Longest time that running calls get after SIGTERM.
    drain: seconds(environment, "HKS_DRAIN_SECONDS", 10),
    // Calls at once; 0 leaves the choice to the host.
    concurrency: whole(environment, "HKS_CONCURRENCY", 0, 0),
    maxBody: whole(environment, "HKS_MAX_BODY_BYTES", 10 * 1024 * 1024, 0),
    // Longest time for a request's head to arrive, and for a client to take the next piece of an answer.
    ioTimeout: seconds(environment, "HKS_IO_TIMEOUT_SECONDS", 30),
    // Longest time that an unused connection stays open; above what proxies in front use.
    idleTimeout: seconds(environment, "HKS_IDLE_TIMEOUT_SECONDS", 120),
    // Failures are then shown to the caller.
    developing: environment.HKS_DEVELOP === "1",
  };
  if (!functionTypes.includes(settings.type)) {
    const known = functionTypes.join(", ");
    throw new SettingsError(`HKS_TYPE '${settings.type}' is not served by the Node.js host; it serves: ${known}`);
  }
  return settings;
}

function whole(environment, name, fallback, low, high = Number.MAX_SAFE_INTEGER) {
  const text = environment[name];
  if (!text) return fallback;
  const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : -1;
  if (value < low || value > high) {
    throw new SettingsError(`${name} must be a whole number of at least ${low}, not '${text}'`);
  }
  return value;
}

function seconds(environment, name, fallback) {
  const text = environment[name];
  if (!text) return fallback;
  const value = /^[0-9]*\.?[0-9]+$/.test(text) ? Number(text) : -1;
  // A week is longer than any platform lets a call run.
  if (value < 0 || value > week) throw new SettingsError(`${name} must be a number of seconds, not '${text}'`);
  // A limit of 0 means that none is wanted.
  return value || week;
}
