// Stack traces that show the user's own code.

import { dirname, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { inspect } from "node:util";

const hostFolder = dirname(dirname(fileURLToPath(import.meta.url))) + sep;
const hostMarks = [hostFolder, pathToFileURL(hostFolder).href, "node:internal/", "(node:"];

/** What was thrown in one line. */
export function summary(error) {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : inspect(error);
  return text.split("\n", 1)[0];
}

/** What was thrown with its stack and causes, without the frames of the host and of Node.js. */
export function describe(error) {
  return inspect(error, { depth: 4 })
    .split("\n")
    .filter((line) => !isHostFrame(line))
    .join("\n");
}

function isHostFrame(line) {
  return /^\s+at /.test(line) && hostMarks.some((mark) => line.includes(mark));
}
