/**
 * The drawings of the icons the pages use, taken from Tabler's set into one JSON file.
 *
 * The pages ask for an icon by our own name ("search"); which drawing that is stands in
 * src/icons.json. The pages write the drawing inline, so no further request is made.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Plugin } from "vite";

const DRAWINGS = resolve("node_modules/@tabler/icons/icons/outline");

function drawing(name: string): string {
  const svg = readFileSync(join(DRAWINGS, `${name}.svg`), "utf8");
  const inner = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(svg)?.[1];
  if (inner === undefined) throw new Error(`icon ${name} is not an SVG drawing`);
  return inner.replace(/\s+/g, " ").trim();
}

export function icons(list: string): Plugin {
  return {
    name: "bangfu-icons",
    buildStart() {
      this.addWatchFile(list);
    },
    generateBundle() {
      const wanted = JSON.parse(readFileSync(list, "utf8")) as Record<string, string>;
      const drawn = Object.entries(wanted).map(([ours, theirs]) => [ours, drawing(theirs)]);
      this.emitFile({
        type: "asset",
        fileName: "icons.json",
        source: JSON.stringify(Object.fromEntries(drawn), null, 1),
      });
    },
  };
}
