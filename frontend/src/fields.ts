/** Fields one fills in, and their place in a table. */

export type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const FIELD = 'input:not([type="hidden"]), select, textarea';

export function isField(target: EventTarget | null): target is Field {
  return target instanceof Element && target.matches(FIELD);
}

export function isWriting(target: EventTarget | null): boolean {
  return isField(target) || (target instanceof HTMLElement && target.isContentEditable);
}

/** A field into which nothing may be filled. */
export function isFixed(field: Field): boolean {
  return field.disabled || ("readOnly" in field && field.readOnly);
}

/** The field of a table's cell; undefined for a cell that only shows something. */
export function fieldOf(cell: Element | undefined): Field | undefined {
  return cell?.querySelector<Field>(FIELD) ?? undefined;
}

/** Cells of the body by row. Rows that are not shown do not count. */
export function rowsOf(grid: Element): HTMLTableCellElement[][] {
  return [...grid.querySelectorAll<HTMLTableRowElement>("tbody tr")]
    .filter((row) => !row.hidden)
    .map((row) => [...row.cells]);
}

/** Write a value as the user would, so that everything listening takes notice. */
export function write(field: Field, value: string): void {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}
