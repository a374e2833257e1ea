// Makes graphiql.html.gz, one page that fetches nothing from elsewhere, and LICENSES.txt of what is in it.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const bundled = await build({
  entryPoints: ["entry.js"],
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  format: "iife",
  outdir: ".",
  charset: "utf8",
  legalComments: "none",
  define: { "process.env.NODE_ENV": '"production"' },
});
const text = (end) => bundled.outputFiles.find((file) => file.path.endsWith(end)).text.trim();

// The fonts are two thirds of the style sheet; the reader's own do.
const style = text(".css").replaceAll(/@font-face\s*\{[^}]*\}/g, "");
const script = text(".js");
for (const [what, found] of [["</script", script], ["</style", style], ["url(http", style], ["@import", style]])
  if (found.includes(what)) throw new Error(`the page would hold ${what}`);

const page = readFileSync("page.html", "utf8")
  .replace("/* style */", () => style)
  .replace("/* script */", () => script);
writeFileSync("graphiql.html.gz", gzipSync(page, { level: 9 }));

const packages = new Set(
  Object.keys(bundled.metafile.inputs)
    .map((path) => path.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[0])
    .filter(Boolean),
);
const told = [...packages].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  const terms = file ? readFileSync(`${folder}/${file}`, "utf8").trim() : `${license}, by its package.json`;
  return `${name} ${version} (${license})\n\n${terms}\n`;
});
const heading = "What is in graphiql.html.gz, and under which licence each part of it may be given on.\n";
writeFileSync("LICENSES.txt", [heading, ...told].join(`\n${"-".repeat(78)}\n\n`));
console.log(`graphiql.html.gz: ${gzipSync(page, { level: 9 }).length} bytes of ${page.length}`);
