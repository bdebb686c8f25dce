/** Notices that can be put away. */

export function startMessages(): void {
  document.addEventListener("click", (event) => {
    const notice = (event.target as Element).closest("[data-dismiss]")?.closest("[data-dismissible]");
    if (!notice) return;
    notice.remove();
    // The button that had the focus is gone; go on where the page's matter begins.
    document.getElementById("content")?.focus();
  });
}
