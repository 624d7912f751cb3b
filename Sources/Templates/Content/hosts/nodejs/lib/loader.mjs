// Finds and imports the user's handler.

import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

import { describe, summary } from "./stacks.mjs";

const typeScript = [".ts", ".mts", ".cts"];
const endings = [".js", ".mjs", ".cjs", ...(process.features.typescript ? typeScript : [])];

/** Why the function cannot serve; `details` are lines to show above the reason. */
export class LoadError extends Error {
  constructor(message, details = null) {
    super(message);
    this.details = details;
  }
}

/** Imports what `file.function`, `folder/file.function` or `function` names. */
export async function loadHandler(text, folder) {
  const { path, name } = split(text, folder);
  const file = endings.map((ending) => join(folder, path + ending)).find(isFile);
  if (file === undefined) {
    const typed = typeScript.map((ending) => path + ending).find((name) => isFile(join(folder, name)));
    if (typed !== undefined) {
      const version = process.versions.node;
      throw new LoadError(
        `handler '${text}' cannot be loaded: '${typed}' is TypeScript, which Node.js ${version} does not run; ` +
          "use Node.js 22.18 or newer, or compile it to JavaScript",
      );
    }
    const found = codeFiles(folder).join(", ") || "none";
    throw new LoadError(`handler '${text}' not found; there is no '${path}.js' (JavaScript files here: ${found})`);
  }
  const exported = await importModule(text, file);
  const found = exported.get(name);
  if (typeof found !== "function") {
    const functions = [...exported].filter(([, value]) => typeof value === "function").map(([key]) => key);
    const defined = functions.join(", ") || "no function";
    throw new LoadError(`handler '${text}' not found; ${basename(file)} exports: ${defined}`);
  }
  return found;
}

async function importModule(text, file) {
  let module;
  try {
    module = await import(pathToFileURL(file).href);
  } catch (error) {
    // What Node.js says of TypeScript has the place in it, and `--check` does not take it.
    const isChecked = error instanceof SyntaxError && !typeScript.some((ending) => file.endsWith(ending));
    const place = isChecked ? locate(file) : null;
    const where = place === null ? "" : ` (${place.position})`;
    const details = place === null ? describe(error) : place.shown;
    throw new LoadError(`handler '${text}' cannot be loaded: ${summary(error)}${where}`, details);
  }
  // What a CommonJS module exports is its default export; not every name is also found beside it.
  const inner = module.default;
  const isObject = inner !== null && (typeof inner === "object" || typeof inner === "function");
  return new Map([...Object.entries(isObject ? inner : {}), ...Object.entries(module)]);
}

/** Where a file's syntax is wrong: the error that `import` gives does not say. */
function locate(file) {
  const check = spawnSync(process.execPath, ["--check", file], { encoding: "utf8", timeout: 10000 });
  const [first] = (check.stderr ?? "").split("\n", 1);
  const match = /^(?:file:\/\/)?(.*):([0-9]+)$/.exec(first);
  if (match === null) return null;
  const shown = check.stderr.split("\n").filter((line) => !/^(\s+at |Node\.js v)/.test(line));
  return { position: `${basename(match[1])}:${match[2]}`, shown: shown.join("\n").trim() };
}

function split(text, folder) {
  const dot = text.lastIndexOf(".");
  const name = text.slice(dot + 1);
  const path = dot < 0 ? entryFile(text, folder) : text.slice(0, dot).replace(/\.[cm]?[jt]s$/, "");
  const isSafe = path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) || !isSafe) {
    throw new LoadError(`handler '${text}' is malformed; write it as 'file.function', for example 'index.handler'`);
  }
  return { path, name };
}

function entryFile(text, folder) {
  const files = codeFiles(folder);
  const withoutEnding = (file) => file.replace(/\.[^.]+$/, "");
  if (files.some((file) => withoutEnding(file) === "index")) return "index";
  if (files.length === 1) return withoutEnding(files[0]);
  const found = files.join(", ") || "none";
  throw new LoadError(`handler '${text}' names no file and there is no 'index.js' (JavaScript files here: ${found})`);
}

function codeFiles(folder) {
  return readdirSync(folder)
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .sort();
}

function isFile(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
