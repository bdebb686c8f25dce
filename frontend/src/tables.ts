/** A table wider than its box can be scrolled by keyboard: the box takes the focus. */

function offer(box: HTMLElement): void {
  const wider = box.scrollWidth > box.clientWidth;
  if (wider === box.hasAttribute("tabindex")) return;
  if (!wider) {
    for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
    return;
  }
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  const caption = box.querySelector("caption")?.textContent?.trim();
  box.setAttribute("aria-label", caption || document.querySelector("h1")?.textContent?.trim() || document.title);
}

function offerAll(): void {
  document.querySelectorAll<HTMLElement>(".table-box").forEach(offer);
}

export function startTables(): void {
  offerAll();
  window.addEventListener("resize", offerAll);
  document.addEventListener("htmx:after:swap", offerAll);
}
