/**
 * Rewrite Tabler's style sheet into what Chromium 86 understands.
 *
 * The site has one light theme and is read from left to right, so three things that new
 * browsers decide at run time are decided here: light or dark, start or end, and what a
 * mixed colour comes to. What the site's own frame replaces is left out. A colour whose parts depend on where it is used is left as it is;
 * `UNRESOLVED` bounds how many those may be, so that an upgrade of Tabler cannot add to them
 * unseen.
 */
import type { Declaration, Plugin, Root, Rule } from "postcss";

import { plainColour, splitArguments } from "./colour.ts";

const UNRESOLVED = 8;
/** Tabler's frame, which ours replaces, and parts that need Tabler's own scripts or others'. */
const REPLACED =
  /\.(?:navbar|offcanvas|carousel|apexcharts|litepicker|tom-select|ts-|noUi|dropzone|dz-|jsvectormap|jvm-|tox|fslightbox|plyr|theme-dark|driver-|fc-|star-rating|gl-star|sparkline|coloris|clr-)|\[data-bs-(?:navbar|sidebar|offcanvas|theme)/;
const BRANDS =
  /-(?:facebook|twitter|linkedin|google|youtube|vimeo|dribbble|github|instagram|pinterest|vk|rss|flickr|bitbucket|x|tabler)(?:-lt|-fg)?(?![a-z-])/;
const DARK = /\[data-(?:bs-)?theme=["']?dark["']?\]/;
const LIGHT = /\[data-(?:bs-)?theme=["']?light["']?\]/;
const COMPUTED = /light-dark\(|color-mix\(|oklch\(\s*from/;

const PHYSICAL: Record<string, string[]> = {
  "border-start-start-radius": ["border-top-left-radius"],
  "border-start-end-radius": ["border-top-right-radius"],
  "border-end-start-radius": ["border-bottom-left-radius"],
  "border-end-end-radius": ["border-bottom-right-radius"],
  "inset-block": ["top", "bottom"],
  "inset-block-start": ["top"],
  "inset-block-end": ["bottom"],
};
for (const box of ["margin", "padding", "border"]) {
  for (const [axis, start, end] of [["inline", "left", "right"], ["block", "top", "bottom"]]) {
    PHYSICAL[`${box}-${axis}`] = [`${box}-${start}`, `${box}-${end}`];
    for (const part of box === "border" ? ["", "-width", "-color", "-style"] : [""]) {
      PHYSICAL[`${box}-${axis}-start${part}`] = [`${box}-${start}${part}`];
      PHYSICAL[`${box}-${axis}-end${part}`] = [`${box}-${end}${part}`];
    }
  }
}
PHYSICAL["inset-inline"] = ["left", "right"];
PHYSICAL["inset-inline-start"] = ["left"];
PHYSICAL["inset-inline-end"] = ["right"];
PHYSICAL["inset"] = ["top", "right", "bottom", "left"];

export function olderBrowsers(): Plugin {
  return {
    postcssPlugin: "older-browsers",
    OnceExit(root) {
      root.walkRules(keepUsed);
      root.walkDecls(toPhysical);
      const constants = constantsOf(root);
      let unresolved = 0;
      root.walkDecls((declaration) => {
        declaration.value = drawn(declaration.value);
        if (!COMPUTED.test(declaration.value)) return;
        declaration.value = resolve(declaration, constants);
        if (COMPUTED.test(declaration.value)) unresolved += 1;
      });
      if (unresolved > UNRESOLVED) {
        throw new Error(`${unresolved} colours could not be worked out, ${UNRESOLVED} are known`);
      }
    },
  };
}

function keepUsed(rule: Rule): void {
  const unused = [DARK, LIGHT, REPLACED, BRANDS];
  const kept = rule.selectors.filter((selector) => !unused.some((pattern) => pattern.test(selector)));
  if (kept.length === 0) rule.remove();
  else if (kept.length < rule.selectors.length) rule.selectors = kept;
}

function toPhysical(declaration: Declaration): void {
  const names = PHYSICAL[declaration.prop];
  if (!names) {
    declaration.value = physicalValue(declaration);
    return;
  }
  const values = splitSpaces(declaration.value);
  const sides = declaration.prop.startsWith("border") ? names.map(() => declaration.value) : perSide(names, values);
  declaration.replaceWith(
    ...names.map((prop, side) => declaration.clone({ prop, value: sides[side] ?? declaration.value })),
  );
}

function physicalValue({ prop, value }: Declaration): string {
  if (/^(?:text-align|float|clear)$/.test(prop)) {
    return value.replace(/\b(?:inline-)?start\b/, "left").replace(/\b(?:inline-)?end\b/, "right");
  }
  if (!prop.startsWith("transition")) return value;
  return value.replace(/inset-inline-start/g, "left").replace(/inset-inline-end/g, "right");
}

/** The usual rule of CSS: one value for all sides, two for pairs, three, or four. */
function perSide(names: string[], values: string[]): string[] {
  if (names.length === 4) {
    const [top = "", right = top, bottom = top, left = right] = values;
    return [top, right, bottom, left];
  }
  return names.map((_, side) => values[side] ?? values[0] ?? "");
}

function splitSpaces(text: string): string[] {
  return text.match(/(?:[^\s(]+\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|[^\s()]+)/g) ?? [text];
}

/** The value of every custom property that has one value only, or one on the page's root. */
function constantsOf(root: Root): Map<string, string> {
  const onRoot = new Map<string, string>();
  const anywhere = new Map<string, string | undefined>();
  root.walkDecls(/^--/, (declaration) => {
    const rule = declaration.parent as Rule;
    if (rule.parent?.type === "atrule") return;
    if (rule.selectors?.includes(":root")) onRoot.set(declaration.prop, declaration.value);
    const known = anywhere.has(declaration.prop);
    anywhere.set(declaration.prop, known ? undefined : declaration.value);
  });
  const constants = new Map<string, string>();
  for (const [name, value] of anywhere) if (value !== undefined) constants.set(name, value);
  for (const [name, value] of onRoot) constants.set(name, value);
  return constants;
}

function resolve(declaration: Declaration, constants: Map<string, string>): string {
  const own = new Map(constants);
  declaration.parent?.each((sibling) => {
    if (sibling.type === "decl" && sibling.prop.startsWith("--")) own.set(sibling.prop, sibling.value);
  });
  return plainFunctions(declaration.value, own);
}

/** Drawings written into an address have their colours there, in the address's own spelling. */
function drawn(value: string): string {
  return value.replace(/oklch%28[^)]*?%29/g, (spelled) =>
    encodeURIComponent(plainColour(decodeURIComponent(spelled)) ?? spelled),
  );
}

/** Replace each computed colour inside a value, leaving the rest of the value alone. */
function plainFunctions(value: string, constants: Map<string, string>): string {
  const start = value.search(COMPUTED);
  if (start < 0) return value;
  const end = closing(value, value.indexOf("(", start));
  const inside = value.slice(start, end);
  const plain = inside.startsWith("light-dark(")
    ? plainFunctions(splitArguments(inside.slice("light-dark(".length, -1))[0] ?? "", constants)
    : (plainColour(withConstants(inside, constants)) ?? inside);
  return value.slice(0, start) + plain + plainFunctions(value.slice(end), constants);
}

function withConstants(value: string, constants: Map<string, string>, depth = 0): string {
  if (depth > 12) return value;
  const at = value.indexOf("var(");
  if (at < 0) {
    const light = value.indexOf("light-dark(");
    if (light < 0) return value;
    const end = closing(value, value.indexOf("(", light));
    const first = splitArguments(value.slice(light + "light-dark(".length, end - 1))[0] ?? "";
    return withConstants(value.slice(0, light) + first + value.slice(end), constants, depth + 1);
  }
  const end = closing(value, at + "var".length);
  const [name = "", ...fallback] = splitArguments(value.slice(at + "var(".length, end - 1));
  const known = constants.get(name) ?? (fallback.length ? fallback.join(",") : undefined);
  if (known === undefined) return value;
  return withConstants(value.slice(0, at) + known + value.slice(end), constants, depth + 1);
}

/** The index after the bracket that closes the one at `open`. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    depth += text[at] === "(" ? 1 : text[at] === ")" ? -1 : 0;
    if (depth === 0) return at + 1;
  }
  return text.length;
}
