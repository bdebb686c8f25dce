/** Buttons that copy a text: `data-copy="text"`, or `data-copy-from="id"` of an element. */
import { announce, say } from "./words.ts";

/** Offices serve the site without TLS inside their network, where there is no clipboard API. */
function copyBySelection(text: string): boolean {
  const holder = document.createElement("textarea");
  holder.value = text;
  holder.className = "visually-hidden";
  const before = document.activeElement as HTMLElement | null;
  document.body.append(holder);
  holder.select();
  const done = document.execCommand("copy");
  holder.remove();
  before?.focus();
  return done;
}

async function copy(text: string): Promise<boolean> {
  if (!navigator.clipboard) return copyBySelection(text);
  return navigator.clipboard.writeText(text).then(
    () => true,
    () => copyBySelection(text),
  );
}

function wanted(button: HTMLElement): string {
  const source = button.dataset.copyFrom && document.getElementById(button.dataset.copyFrom);
  if (!source) return button.dataset.copy ?? "";
  return "value" in source ? String(source.value) : source.innerText.trim();
}

export function startCopying(): void {
  document.addEventListener("click", async (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-copy], [data-copy-from]");
    if (!button) return;
    const done = await copy(wanted(button));
    announce(say(done ? "copied" : "not-copied"));
  });
}
