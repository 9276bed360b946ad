/** Runs the test methods of one file of CPython's and prints a line of JSON for each: `cpython_file.ts NAME PATH`. */
import { writeSync } from "node:fs";
import { runFile } from "./cpython_tests";

const [name, path] = process.argv.slice(2);
if (name === undefined || path === undefined) throw new Error("usage: cpython_file.ts NAME PATH");
runFile(name, path, (record) => writeSync(1, `${JSON.stringify(record)}\n`));
process.exit();
