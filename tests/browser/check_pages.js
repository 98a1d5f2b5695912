// Opens pages in Chromium at phone and desk width and prints as JSON what axe-core and the layout have against each.
// node check_pages.js CHROMIUM PROFILE PAGE…
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const [chromium, profile, ...pages] = process.argv.slice(2);
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const WIDTHS = [390, 1280];
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

async function check(page, file, width) {
  await page.setViewport({ width, height: 900 });
  await page.goto(pathToFileURL(file).href);
  await page.addScriptTag({ path: axe });
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  const { wide, visible } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { wide: scrollWidth, visible: clientWidth };
  });
  const violations = found.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 120)}`);
  return { file, width, violations, passed: found.passes.length, overflow: wide - visible };
}

const browser = await puppeteer.launch({
  executablePath: chromium,
  headless: true,
  userDataDir: profile,
  args: FLAGS,
});
try {
  const page = await browser.newPage();
  const results = [];
  for (const file of pages) {
    for (const width of WIDTHS) results.push(await check(page, file, width));
  }
  console.log(JSON.stringify(results));
} finally {
  await browser.close();
}
