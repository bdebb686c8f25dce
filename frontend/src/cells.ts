/**
 * Cells that say while one types whether a figure can be taken.
 *
 * `data-kind` is money, count or share; `min`, `max` (or `data-min`, `data-max`),
 * `data-decimals`, `data-unit`, `data-previous` and `data-change-limit` (percent) say more.
 * The server checks everything again: these are hints, not the law.
 */
import { type Field, isField } from "./fields.ts";
import { changeInTenths, decimalsOf, type Millionths, readNumber, writeNumber } from "./numbers.ts";
import { say } from "./words.ts";

type Finding = { fault: boolean; caution: boolean; text: string };

const DECIMALS: Record<string, number> = { money: 2, count: 0, share: 4 };
const BOUNDS: Record<string, [string, string]> = { money: ["", ""], count: ["0", ""], share: ["0", "100"] };

function bound(field: Field, name: "min" | "max"): Millionths | undefined {
  const fallback = BOUNDS[field.dataset.kind ?? ""]?.[name === "min" ? 0 : 1] ?? "";
  return readNumber(field.getAttribute(name) ?? field.dataset[name] ?? fallback);
}

/** Why a figure cannot be taken, or nothing. */
function fault(field: Field, value: Millionths): string {
  const decimals = Number(field.dataset.decimals ?? DECIMALS[field.dataset.kind ?? ""] ?? 6);
  if (decimalsOf(value) > decimals) {
    return decimals === 0 ? say("whole-only") : say("decimals", { decimals });
  }
  const least = bound(field, "min");
  if (least !== undefined && value < least) return say("too-small", { least: writeNumber(least) });
  const most = bound(field, "max");
  if (most !== undefined && value > most) return say("too-large", { most: writeNumber(most) });
  return "";
}

function against(field: Field, value: Millionths): Finding {
  const previous = readNumber(field.dataset.previous ?? "");
  const plain = { fault: false, caution: false, text: "" };
  if (previous === undefined) return plain;
  if (value === previous) return { ...plain, text: say("unchanged") };
  const tenths = changeInTenths(value, previous);
  if (tenths === undefined) return { ...plain, text: say("previous", { previous: writeNumber(previous) }) };
  const size = tenths < 0n ? -tenths : tenths;
  const change = `${tenths < 0n ? "-" : "+"}${size / 10n}.${size % 10n}%`;
  const limit = Number(field.dataset.changeLimit ?? "Infinity");
  const caution = Number(size) > limit * 10;
  return { fault: false, caution, text: say(caution ? "changed-much" : "changed", { change, limit }) };
}

export function examine(field: Field): Finding {
  const nothing = { fault: false, caution: false, text: "" };
  if (field.value.trim() === "") return nothing;
  const value = readNumber(field.value);
  if (value === undefined) {
    const unit = field.dataset.unit ?? "";
    return { ...nothing, fault: true, text: unit ? say("not-a-figure-in", { unit }) : say("not-a-figure") };
  }
  const wrong = fault(field, value);
  return wrong ? { ...nothing, fault: true, text: wrong } : against(field, value);
}

/** The line under a cell; made when it is first needed, and told to readers of the cell. */
function noteOf(field: Field): HTMLElement {
  const known = field.dataset.note && document.getElementById(field.dataset.note);
  if (known) return known;
  const note = document.createElement("span");
  note.id = `note-${field.id || field.name}-${Math.random().toString(36).slice(2, 8)}`;
  note.className = "cell-note";
  field.insertAdjacentElement("afterend", note);
  field.dataset.note = note.id;
  const told = field.getAttribute("aria-describedby");
  field.setAttribute("aria-describedby", told ? `${told} ${note.id}` : note.id);
  return note;
}

export function show(field: Field): void {
  const finding = examine(field);
  if (!finding.text && !field.dataset.note) return;
  const note = noteOf(field);
  note.textContent = finding.text;
  note.classList.toggle("cell-note-fault", finding.fault);
  note.classList.toggle("cell-note-caution", finding.caution);
  field.classList.toggle("is-invalid", finding.fault);
  if (finding.fault) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  const reason = field.dataset.reason && document.getElementById(field.dataset.reason);
  // A reason once asked for stays, or what was written in it would be lost from sight.
  if (reason && finding.caution) reason.hidden = false;
}

export function startCells(): void {
  document.addEventListener("input", (event) => {
    if (isField(event.target) && event.target.dataset.kind) show(event.target);
  });
  document.querySelectorAll<Field>("[data-kind]").forEach((field) => field.value && show(field));
  document.addEventListener("htmx:after:swap", () =>
    document.querySelectorAll<Field>("[data-kind]").forEach((field) => field.value && show(field)),
  );
}
