// Copies what browsers need of each pinned library to api/static/vendor/<name>-<version>/.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";

const vendor = "api/static/vendor";
rmSync(vendor, { recursive: true, force: true });
for (const name of Object.keys(JSON.parse(readFileSync("package.json")).dependencies)) {
  const library = `node_modules/${name}`;
  const { version } = JSON.parse(readFileSync(`${library}/package.json`));
  const folder = `${vendor}/${name}-${version}`;
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(`${library}/dist`)) {
    if (/\.min\.(js|css)$/.test(file)) cpSync(`${library}/dist/${file}`, `${folder}/${file}`);
  }
  cpSync(`${library}/LICENSE`, `${folder}/LICENSE`);
}
