// Bundles entry.js and writes the asset, its manifest and the licences it comes under: `npm install && npm run build`.
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const ASSETS = "../assets";
const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version;

const bundled = await build({
  entryPoints: ["entry.js"],
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "echarts",
  target: "es2020",
  legalComments: "none", // they stand in the notice, whole
  banner: { js: `/* Apache ECharts ${version("echarts")} (a part of it), Apache-2.0: see echarts.LICENSE and echarts.NOTICE */` },
  define: { "process.env.NODE_ENV": '"production"' },
  write: false,
});
const code = bundled.outputFiles[0].contents;
writeFileSync(`${ASSETS}/echarts.min.js`, code);

const manifest = {
  file: "echarts.min.js",
  sha256: createHash("sha256").update(code).digest("hex"),
  bytes: code.length,
  made_of: Object.fromEntries(["echarts", "zrender", "tslib"].map((name) => [name, version(name)])),
  made_with: { esbuild: version("esbuild") },
  licence: "Apache-2.0",
};
writeFileSync(`${ASSETS}/echarts.json`, JSON.stringify(manifest, null, 2) + "\n");

copyFileSync("node_modules/echarts/LICENSE", `${ASSETS}/echarts.LICENSE`);
const notice = [
  readFileSync("node_modules/echarts/NOTICE", "utf8").trim(),
  "zrender, which echarts.min.js contains:",
  readFileSync("node_modules/zrender/LICENSE", "utf8").trim(),
  "d3, of which echarts.min.js contains parts:",
  readFileSync("node_modules/echarts/licenses/LICENSE-d3", "utf8").trim(),
  "tslib, of which echarts.min.js contains parts:",
  readFileSync("node_modules/tslib/LICENSE.txt", "utf8").trim(),
];
writeFileSync(`${ASSETS}/echarts.NOTICE`, notice.join("\n\n" + "-".repeat(80) + "\n\n").replace(/\r/g, "") + "\n");
