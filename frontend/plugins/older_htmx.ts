/**
 * htmx with the one selector replaced that Chromium 86 cannot read.
 *
 * Should an upgrade of htmx have dropped or changed it, the build stops and says so.
 */
import type { Plugin } from "vite";

const NEW = "fragment.querySelector('title:not(svg title)')";
const OLD = "[...fragment.querySelectorAll('title')].find((title) => !title.closest('svg'))";

export function olderHtmx(): Plugin {
  return {
    name: "bangfu-older-htmx",
    transform(code, id) {
      if (!/htmx\.org\/dist\/htmx\.esm\.js/.test(id)) return undefined;
      if (!code.includes(NEW)) throw new Error(`htmx no longer contains ${NEW}: look whether the rewriting is still needed`);
      return { code: code.replace(NEW, OLD), map: null };
    },
  };
}
