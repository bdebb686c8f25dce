/**
 * Figures as people type and paste them, read exactly.
 *
 * Full-width digits, thousands commas, blanks and a leading plus are read; a figure with a
 * unit, an exponent or a misplaced comma is not, because it might mean something else.
 */

/** A decimal number as a whole number of millionths. */
export type Millionths = bigint;

const PLACES = 6;
const PLAIN = /^([+-]?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?$/;

/** Full-width letters and signs as their narrow twins, without blanks round them. */
export function narrow(text: string): string {
  return text
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[−–—]/g, "-")
    .replace(/[\s\u3000\u00a0\ufeff]/g, "");
}

/** The number a text stands for; undefined when it is none, or has more than six decimals. */
export function readNumber(text: string): Millionths | undefined {
  const found = PLAIN.exec(narrow(text));
  if (!found) return undefined;
  const [, sign, whole = "", fraction = ""] = found;
  const digits = fraction.replace(/0+$/, "");
  if (digits.length > PLACES) return undefined;
  const size = BigInt(whole.replace(/,/g, "") + digits.padEnd(PLACES, "0"));
  return sign === "-" ? -size : size;
}

/** How many decimals a number has at least. */
export function decimalsOf(value: Millionths): number {
  const fraction = (value < 0n ? -value : value) % 1_000_000n;
  return fraction === 0n ? 0 : String(fraction).padStart(PLACES, "0").replace(/0+$/, "").length;
}

/** With thousands commas and no more decimals than it has. */
export function writeNumber(value: Millionths): string {
  const size = value < 0n ? -value : value;
  const whole = String(size / 1_000_000n).replace(/\B(?=(\d{3})+$)/g, ",");
  const fraction = String(size % 1_000_000n).padStart(PLACES, "0").replace(/0+$/, "");
  return `${value < 0n ? "-" : ""}${whole}${fraction && `.${fraction}`}`;
}

/** Change against the period before, in tenths of a percent; undefined from nothing. */
export function changeInTenths(now: Millionths, before: Millionths): bigint | undefined {
  if (before <= 0n) return undefined;
  const scaled = (now - before) * 1000n * 2n;
  // Half away from zero, as offices round.
  const half = scaled < 0n ? -before : before;
  return (scaled + half) / (before * 2n);
}
