/**
 * Moving through a table of fields (`data-grid`) as in a workbook.
 *
 * Enter goes down and Shift+Enter up; the arrows go up and down, and to the sides once the
 * cursor stands at the end of the text. Tab is left to the browser.
 */
import { type Field, fieldOf, isField, isFixed, rowsOf } from "./fields.ts";

type Step = { rows: number; columns: number };

const ARROWS: Record<string, Step> = {
  ArrowUp: { rows: -1, columns: 0 },
  ArrowDown: { rows: 1, columns: 0 },
  ArrowLeft: { rows: 0, columns: -1 },
  ArrowRight: { rows: 0, columns: 1 },
};

/** Whether the arrow would leave the text; a choice keeps its arrows for choosing. */
function leaves(field: Field, step: Step): boolean {
  if (field instanceof HTMLSelectElement || field instanceof HTMLTextAreaElement) return false;
  if (step.columns === 0) return !/^(date|month|number|radio)$/.test(field.type);
  if (field.selectionStart === null) return /^(checkbox)$/.test(field.type);
  const edge = step.columns < 0 ? 0 : field.value.length;
  return field.selectionStart === field.selectionEnd && field.selectionStart === edge;
}

function stepOf(event: KeyboardEvent, field: Field): Step | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  if (event.key === "Enter" && !(field instanceof HTMLTextAreaElement)) {
    return { rows: event.shiftKey ? -1 : 1, columns: 0 };
  }
  const step = ARROWS[event.key];
  return step && !event.shiftKey && leaves(field, step) ? step : undefined;
}

/** The next field that can be filled in that direction. */
export function neighbour(field: Field, step: Step): Field | undefined {
  const grid = field.closest("[data-grid]");
  const cell = field.closest("td, th") as HTMLTableCellElement | null;
  if (!grid || !cell) return undefined;
  const rows = rowsOf(grid);
  let row = rows.findIndex((cells) => cells.includes(cell));
  let column = cell.cellIndex;
  for (;;) {
    row += step.rows;
    column += step.columns;
    const next = rows[row]?.[column];
    if (!next) return undefined;
    const found = fieldOf(next);
    if (found && !isFixed(found)) return found;
  }
}

export function startGrids(): void {
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    // While an input method composes a word, Enter and the arrows belong to it.
    if (event.isComposing || !isField(field) || !field.closest("[data-grid]")) return;
    const step = stepOf(event, field);
    if (!step) return;
    // Enter never sends a half-filled table.
    event.preventDefault();
    const next = neighbour(field, step);
    next?.focus();
    if (next instanceof HTMLInputElement) next.select();
  });
}
