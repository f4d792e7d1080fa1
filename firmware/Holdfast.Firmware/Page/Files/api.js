// The appliance's API as the page needs it: the live stream, and commands followed to their observed result.

const SilenceMaxMs = 12_000; // The stream says "alive" every 5 s while the controller works and nothing else happens.
const RetryMs = 2_000;
const WaitS = 20;
const AnswerMaxMs = 30_000; // Longer than the wait for a result.

async function read(response) {
  const body = await response.json().catch(() => null);
  if (response.status === 401) {
    location.assign("login.html");
  }
  if (!response.ok) {
    throw new Error(body?.detail ?? `The controller answers ${response.status}.`);
  }
  return body;
}

async function ask(path, options, silence = "The controller does not answer.") {
  let response;
  try {
    response = await fetch(`api/v1/${path}`, { signal: AbortSignal.timeout(AnswerMaxMs), ...options });
  } catch {
    throw new Error(silence);
  }
  return read(response);
}

export const get = (path, options) => ask(path, options);

/** Sends a command and calls back with each stage; returns the last. */
export async function command(path, body, onStage) {
  let outcome = await ask(
    path,
    {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ id: crypto.getRandomValues(new Uint32Array(4)).join("-"), ...body }),
    },
    "The controller does not answer. It is not known whether it took the command.",
  );
  onStage(outcome);
  while (outcome.stage === "accepted") {
    outcome = await ask(
      `commands/${encodeURIComponent(outcome.id)}?wait_s=${WaitS}`,
      {},
      "The controller does not answer any more. It had accepted the command; the events tell what became of it.",
    );
    onStage(outcome);
  }
  return outcome;
}

/**
 * Follows the rack. A link that is silent for too long counts as lost, also where the browser has not noticed: what is shown then
 * is old, and says so.
 */
export function follow({ onRack, onEvent, onLost }) {
  let source;
  let heard;
  let retry;

  function open() {
    heard = Date.now();
    source = new EventSource("api/v1/stream");
    source.addEventListener("rack", (message) => {
      heard = Date.now();
      onRack(JSON.parse(message.data));
    });
    source.addEventListener("event", (message) => {
      heard = Date.now();
      onEvent(JSON.parse(message.data));
    });
    source.addEventListener("alive", () => (heard = Date.now()));
    source.addEventListener("error", lose);
  }

  function lose() {
    source.close();
    onLost();
    clearTimeout(retry);
    retry = setTimeout(again, RetryMs);
  }

  /** Asks before it opens the stream, which does not tell why it fails: the token may be needed again. */
  async function again() {
    try {
      await get("nodes", { signal: AbortSignal.timeout(SilenceMaxMs) });
      open();
    } catch {
      retry = setTimeout(again, RetryMs);
    }
  }

  setInterval(() => {
    if (source.readyState !== EventSource.CLOSED && Date.now() - heard > SilenceMaxMs) {
      lose();
    }
  }, 1_000);
  open();
}
