// Exchanges the access token for the cookie that the page then sends.

document.getElementById("login").addEventListener("submit", async (event) => {
  event.preventDefault();
  const outcome = document.getElementById("outcome");
  try {
    const response = await fetch("login", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token: document.getElementById("token").value.trim() }),
    });
    if (response.ok) {
      location.assign("./");
      return;
    }
    outcome.textContent = (await response.json()).detail;
  } catch {
    outcome.textContent = "The controller does not answer.";
  }
  outcome.dataset.stage = "failed";
});
