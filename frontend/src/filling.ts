/**
 * "Same as last period": a button `data-fill-previous` fills what is still empty.
 *
 * With the value "row" it fills its own row, otherwise its grid or form. What somebody has
 * written is never overwritten.
 */
import { type Field, isFixed, write } from "./fields.ts";
import { announce, say } from "./words.ts";

function fill(scope: ParentNode): number {
  const empty = [...scope.querySelectorAll<Field>("[data-previous]")].filter(
    (field) => field.dataset.previous !== "" && field.value.trim() === "" && !isFixed(field),
  );
  for (const field of empty) write(field, field.dataset.previous ?? "");
  return empty.length;
}

export function startFilling(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-fill-previous]");
    if (!button) return;
    const scope = button.closest(button.dataset.fillPrevious === "row" ? "tr" : "[data-grid], form");
    if (scope) announce(say("filled", { count: fill(scope) }));
  });
}
