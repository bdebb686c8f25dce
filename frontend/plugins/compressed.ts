/** A compressed twin beside every text file, so that the server need not compress anything. */
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const TEXT = /\.(?:js|css|svg)$/;
/** Smaller than this, a twin saves less than it costs to look for. */
const SMALLEST = 1024;

export function compressed(): Plugin {
  return {
    name: "bangfu-compressed",
    apply: "build",
    writeBundle({ dir = "." }) {
      for (const name of readdirSync(dir, { recursive: true }) as string[]) {
        if (!TEXT.test(name)) continue;
        const file = join(dir, name);
        const content = readFileSync(file);
        if (content.length < SMALLEST) continue;
        writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
        writeFileSync(`${file}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
      }
    },
  };
}
