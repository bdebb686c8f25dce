/**
 * Colours worked out while building: what `color-mix()` and `oklch(from …)` come to.
 *
 * Browsers of 2020 know neither. The site has one theme, so every such colour is a constant.
 * Only what the style sheet uses is read; anything else is refused by returning undefined.
 */

/** Lightness, a, b of the OKLab space, and opacity from 0 to 1. */
type Oklab = { l: number; a: number; b: number; alpha: number };

const NAMED: Record<string, string> = {
  transparent: "#00000000",
  white: "#ffffff",
  black: "#000000",
};
const NUMBER = String.raw`([-+]?[\d.]+%?)`;
const RGB = new RegExp(String.raw`^rgba?\(\s*${NUMBER}[\s,]+${NUMBER}[\s,]+${NUMBER}(?:[\s,/]+${NUMBER})?\s*\)$`);
const OKLCH = new RegExp(String.raw`^oklch\(\s*${NUMBER}\s+${NUMBER}\s+${NUMBER}(?:deg)?(?:\s*/\s*${NUMBER})?\s*\)$`);
const MIX = /^color-mix\(\s*in (?:oklab|srgb)\s*,(.*)\)$/s;
const RELATIVE = /^oklch\(\s*from\s+(.+?)\s+(l|calc\(l [-+*] [\d.]+\))\s+c\s+h\s*\)$/s;

/** The colour a value comes to, written so that every browser reads it. */
export function plainColour(value: string): string | undefined {
  const colour = parse(value.trim());
  return colour && write(colour);
}

/** Split at commas that stand outside brackets. */
export function splitArguments(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const letter of text) {
    depth += letter === "(" ? 1 : letter === ")" ? -1 : 0;
    if (letter === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim());
}

function parse(text: string): Oklab | undefined {
  const value = NAMED[text] ?? text;
  if (/^#[0-9a-f]{3,8}$/i.test(value)) return fromHex(value);
  const rgb = RGB.exec(value);
  if (rgb) return fromRgb(rgb.slice(1, 4).map(channel), rgb[4] === undefined ? 1 : share(rgb[4]));
  const polar = OKLCH.exec(value);
  if (polar) return fromPolar(polar.slice(1));
  const mixed = MIX.exec(value);
  if (mixed) return mix(splitArguments(mixed[1]!));
  const relative = RELATIVE.exec(value);
  if (relative) return relativeTo(relative[1]!, relative[2]!);
  return undefined;
}

function fromHex(hex: string): Oklab | undefined {
  const digits = hex.slice(1);
  const wide = digits.length < 5 ? [...digits].map((digit) => digit + digit).join("") : digits;
  const bytes = (wide.match(/../g) ?? []).map((pair) => parseInt(pair, 16));
  return fromRgb(bytes.slice(0, 3), bytes.length > 3 ? bytes[3]! / 255 : 1);
}

function channel(text: string): number {
  return text.endsWith("%") ? parseFloat(text) * 2.55 : parseFloat(text);
}

function share(text: string): number {
  return text.endsWith("%") ? parseFloat(text) / 100 : parseFloat(text);
}

function fromPolar([lightness, chroma, hue, alpha]: (string | undefined)[]): Oklab {
  const angle = (parseFloat(hue!) * Math.PI) / 180;
  return {
    l: share(lightness!),
    a: parseFloat(chroma!) * Math.cos(angle),
    b: parseFloat(chroma!) * Math.sin(angle),
    alpha: alpha === undefined ? 1 : share(alpha),
  };
}

/** One colour and its percentage, which may be left out or be a product such as 0.5 * 100%. */
function weighted(text: string): { colour: Oklab | undefined; percent: number | undefined } {
  const found = /^(.*?)\s+(?:([\d.]+)%|calc\(\s*([\d.]+)\s*\*\s*100%\s*\))$/s.exec(text);
  if (!found) return { colour: parse(text), percent: undefined };
  const percent = found[2] === undefined ? 100 * parseFloat(found[3]!) : parseFloat(found[2]);
  return { colour: parse(found[1]!), percent };
}

function mix(sides: string[]): Oklab | undefined {
  const [one, two] = sides.map(weighted);
  if (!one?.colour || !two?.colour) return undefined;
  const p = (one.percent ?? (two.percent === undefined ? 50 : 100 - two.percent)) / 100;
  const alpha = one.colour.alpha * p + two.colour.alpha * (1 - p);
  const part = (axis: "l" | "a" | "b"): number =>
    alpha === 0
      ? 0
      : (one.colour![axis] * one.colour!.alpha * p + two.colour![axis] * two.colour!.alpha * (1 - p)) / alpha;
  return { l: part("l"), a: part("a"), b: part("b"), alpha };
}

function relativeTo(base: string, lightness: string): Oklab | undefined {
  const colour = parse(base.trim());
  const change = /calc\(l ([-+*]) ([\d.]+)\)/.exec(lightness);
  if (!colour || !change) return colour;
  const by = parseFloat(change[2]!);
  const l = change[1] === "*" ? colour.l * by : change[1] === "-" ? colour.l - by : colour.l + by;
  return { ...colour, l: Math.min(1, Math.max(0, l)) };
}

function fromRgb(rgb: number[], alpha: number): Oklab {
  const [r, g, b] = rgb.map((c) => {
    const v = c / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return {
    l: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    a: 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    b: 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
    alpha,
  };
}

function write({ l, a, b, alpha }: Oklab): string {
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const middle = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const rgb = [
    4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short,
  ].map((v) => (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055));
  const bytes = rgb.map((v) => Math.round(Math.min(1, Math.max(0, v)) * 255));
  const opacity = Math.round(alpha * 1000) / 1000;
  return opacity === 1 ? `rgb(${bytes.join(", ")})` : `rgba(${bytes.join(", ")}, ${opacity})`;
}
