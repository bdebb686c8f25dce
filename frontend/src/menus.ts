/** The menu of narrow screens, and drop-downs that close when one looks elsewhere. */

const DROPDOWN = "details[data-dropdown]";

function closeDropdowns(except: Element | null): void {
  document.querySelectorAll<HTMLDetailsElement>(`${DROPDOWN}[open]`).forEach((menu) => {
    if (menu !== except) menu.open = false;
  });
}

function setMenu(button: HTMLElement, open: boolean): void {
  button.setAttribute("aria-expanded", String(open));
  document.documentElement.classList.toggle("menu-open", open);
}

function onEscape(): void {
  const open = document.querySelector<HTMLDetailsElement>(`${DROPDOWN}[open]`);
  if (open) {
    open.open = false;
    open.querySelector("summary")?.focus();
    return;
  }
  const button = document.querySelector<HTMLElement>('[data-menu-button][aria-expanded="true"]');
  if (button) {
    setMenu(button, false);
    button.focus();
  }
}

export function startMenus(): void {
  document.documentElement.classList.add("has-script");
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    closeDropdowns(target.closest(DROPDOWN));
    const button = target.closest<HTMLElement>("[data-menu-button]");
    if (button) setMenu(button, button.getAttribute("aria-expanded") !== "true");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") onEscape();
  });
}
