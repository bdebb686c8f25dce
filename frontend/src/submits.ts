/** A form that changes something is sent once, however often its button is pressed. */

const BUSY = "data-busy";

function buttonsOf(form: HTMLFormElement): HTMLButtonElement[] {
  return [...form.elements].filter(
    (element): element is HTMLButtonElement =>
      element instanceof HTMLButtonElement && element.type === "submit",
  );
}

function release(form: HTMLFormElement): void {
  if (!form.hasAttribute(BUSY)) return;
  form.removeAttribute(BUSY);
  for (const button of buttonsOf(form)) {
    if (button.hasAttribute(BUSY)) button.disabled = false;
    button.removeAttribute(BUSY);
  }
}

function hold(form: HTMLFormElement): void {
  form.setAttribute(BUSY, "");
  // A disabled button would not be sent, so it is disabled after the sending.
  window.setTimeout(() => {
    if (!form.hasAttribute(BUSY)) return;
    for (const button of buttonsOf(form).filter(({ disabled }) => !disabled)) {
      button.disabled = true;
      button.setAttribute(BUSY, "");
    }
  });
}

export function startSubmits(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    // A download leaves the page standing; such forms say data-repeatable.
    if (form.method !== "post" || form.hasAttribute("data-repeatable")) return;
    if (form.hasAttribute(BUSY)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    hold(form);
  }, true);
  document.addEventListener("htmx:finally:request", (event) => {
    const form = (event.target as Element).closest?.("form");
    if (form) release(form);
  });
  // Going back shows the page as it was left, its buttons still disabled.
  window.addEventListener("pageshow", () => document.querySelectorAll<HTMLFormElement>(`form[${BUSY}]`).forEach(release));
}
