/** Partial page loads by htmx: the forgery token is sent along, code in attributes is refused. */
import htmx from "htmx.org";

import { announce, say } from "./words.ts";

const TOKEN_HEADER = "X-CSRFToken";
const SAFE = /^(GET|HEAD|OPTIONS)$/i;

/** Stands in for the constructor htmx would compile an attribute's text with. */
function RefuseCode(): never {
  throw new Error("Code in attributes is refused: write a module instead");
}

function token(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

export function startRequests(): void {
  htmx.registerExtension("no-code", {
    init: (api: { initSecurity: (policy: null, sync: unknown, later: unknown) => void }) =>
      api.initSecurity(null, RefuseCode, RefuseCode),
  });
  document.addEventListener("htmx:config:request", (event) => {
    const { request } = (event as CustomEvent).detail.ctx;
    // htmx is kept to this origin, so the token goes nowhere else.
    if (!SAFE.test(request.method)) request.headers[TOKEN_HEADER] = token();
  });
  document.addEventListener("htmx:error", () => announce(say("no-connection")));
  document.addEventListener("htmx:response:error", (event) => {
    const { response } = (event as CustomEvent).detail.ctx;
    announce(say(response.status === 403 ? "not-allowed" : "not-done"));
  });
}
