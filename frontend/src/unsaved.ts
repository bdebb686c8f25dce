/** Ask before leaving a page whose form (`data-unsaved`) was changed and not sent. */

const changed = new Set<HTMLFormElement>();

function formOf(event: Event): HTMLFormElement | null {
  const target = event.target as HTMLElement & { form?: HTMLFormElement };
  const form = target instanceof HTMLFormElement ? target : (target.form ?? target.closest?.("form"));
  return form?.hasAttribute("data-unsaved") ? form : null;
}

function mark(event: Event): void {
  const form = formOf(event);
  if (form) changed.add(form);
}

function clear(event: Event): void {
  const form = formOf(event);
  if (form) changed.delete(form);
}

export function startUnsaved(): void {
  document.addEventListener("input", mark);
  document.addEventListener("change", mark);
  document.addEventListener("reset", clear);
  document.addEventListener("submit", (event) => {
    // What htmx sends is saved only when the answer says so.
    if (!event.defaultPrevented) clear(event);
  });
  document.addEventListener("htmx:after:request", (event) => {
    if ((event as CustomEvent).detail.ctx.response.status < 400) clear(event);
  });
  window.addEventListener("beforeunload", (event) => {
    if (![...changed].some((form) => form.isConnected)) return;
    event.preventDefault();
    event.returnValue = "";
  });
}
