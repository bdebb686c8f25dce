/** The sentences the scripts say. They stand in the page, where they are translated. */

/** The sentence of this name, with {places} filled in. */
export function say(name: string, facts: Record<string, string | number> = {}): string {
  const words = document.getElementById("words") as HTMLTemplateElement | null;
  const sentence = words?.content.querySelector(`[data-word="${name}"]`)?.textContent?.trim() ?? name;
  return sentence.replace(/\{(\w+)\}/g, (whole, fact: string) => String(facts[fact] ?? whole));
}

let clearing = 0;

/** Show a short notice and have it read aloud. */
export function announce(sentence: string): void {
  const place = document.getElementById("announcement");
  if (!place) return;
  window.clearTimeout(clearing);
  place.textContent = sentence;
  clearing = window.setTimeout(() => (place.textContent = ""), 8000);
}
