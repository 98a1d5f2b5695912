// Prints as JSON, for every Office file named, what Microsoft's Open XML SDK has against it.
// node check_files.js FILE…
import { readFile } from "node:fs/promises";
import validate, { getFileFormatFromName } from "@ooxml-tools/validate";

const results = {};
for (const file of process.argv.slice(2)) {
  const found = await validate(await readFile(file), getFileFormatFromName(file), "Office2010");
  results[file] = found.map(({ description, path }) => `${path.partUri} ${path.xpath}: ${description}`);
}
console.log(JSON.stringify(results));
process.exit(0); // the runtime of the SDK would keep the process alive
