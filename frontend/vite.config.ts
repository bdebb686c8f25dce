import { resolve } from "node:path";
import { defineConfig } from "vite";

import { compressed } from "./plugins/compressed.ts";
import { icons } from "./plugins/icons.ts";
import { olderBrowsers } from "./plugins/older_browsers.ts";
import { olderHtmx } from "./plugins/older_htmx.ts";

export default defineConfig({
  // Files find each other relative to themselves, wherever the site serves its static files.
  base: "./",
  plugins: [icons("src/icons.json"), olderHtmx(), compressed()],
  css: { postcss: { plugins: [olderBrowsers()] } },
  build: {
    outDir: resolve(import.meta.dirname, "../src/bangfu/web/static/bangfu"),
    emptyOutDir: true,
    manifest: "manifest.json",
    // The oldest browser still met on office desktops.
    target: "chrome86",
    cssTarget: "chrome86",
    // Nothing is inlined and nothing is injected: the pages forbid both.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { main: resolve(import.meta.dirname, "src/main.ts") } },
  },
});
