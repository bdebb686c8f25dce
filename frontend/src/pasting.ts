/**
 * A block of cells copied from WPS or Excel, pasted into a table of fields (`data-grid`).
 *
 * The block begins at the field with the cursor. Every cell is examined as if it had been
 * typed; cells that do not fit are left out and counted. Ctrl+Z right afterwards takes the
 * whole block back.
 */
import { type Field, fieldOf, isField, isFixed, rowsOf, write } from "./fields.ts";
import { announce, say } from "./words.ts";

type Before = { field: Field; value: string };

let lastBlock: Before[] = [];

/** Rows and columns of a copied block. A quoted cell may hold line ends, tabs and "" for a quote. */
export function readBlock(text: string): string[][] {
  const rows: string[][] = [[]];
  const cell = /("(?:[^"]|"")*"|[^\t\r\n]*)(\t|\r\n|\r|\n|$)/y;
  const end = text.replace(/(?:\r\n|\r|\n)$/, "");
  for (let found = cell.exec(end); found; found = cell.exec(end)) {
    const [, raw = "", mark] = found;
    const value = raw.startsWith('"') && raw.endsWith('"') && raw.length > 1 ? raw.slice(1, -1).replace(/""/g, '"') : raw;
    rows[rows.length - 1]!.push(value.trim());
    if (mark === "") break;
    if (mark !== "\t") rows.push([]);
  }
  return rows;
}

/** The value of a choice whose value or label was pasted; undefined when there is none. */
function choice(field: HTMLSelectElement, text: string): string | undefined {
  return [...field.options].find((option) => option.value === text || option.text.trim() === text)?.value;
}

function put(field: Field | undefined, text: string): Before | undefined {
  if (!field || isFixed(field) || /^(checkbox|radio|file)$/.test(field.type)) return undefined;
  const value = field instanceof HTMLSelectElement ? choice(field, text) : text;
  if (value === undefined) return undefined;
  const before = { field, value: field.value };
  write(field, value);
  return before;
}

function paste(start: Field, block: string[][]): void {
  const cell = start.closest("td, th") as HTMLTableCellElement;
  const rows = rowsOf(start.closest("[data-grid]")!);
  const top = rows.findIndex((cells) => cells.includes(cell));
  const done: Before[] = [];
  let left = 0;
  block.forEach((values, down) =>
    values.forEach((value, across) => {
      const before = put(fieldOf(rows[top + down]?.[cell.cellIndex + across]), value);
      if (before) done.push(before);
      else left += 1;
    }),
  );
  lastBlock = done;
  announce(say(left ? "pasted-some" : "pasted", { count: done.length, left }));
}

function takeBack(): void {
  const block = lastBlock;
  lastBlock = [];
  for (const { field, value } of block) write(field, value);
  announce(say("taken-back", { count: block.length }));
}

export function startPasting(): void {
  document.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!isField(event.target) || !event.target.closest("[data-grid] td, [data-grid] th")) return;
    const block = readBlock(text);
    if (block.length === 1 && block[0]!.length === 1) return;
    event.preventDefault();
    paste(event.target, block);
  });
  document.addEventListener("input", (event) => {
    if (event.isTrusted) lastBlock = [];
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || event.shiftKey) return;
    if (lastBlock.length === 0) return;
    event.preventDefault();
    takeBack();
  });
}
