// Passkeys: only a script can ask the browser for one (navigator.credentials). It gets the question from the portal, puts the
// browser's answer into the form, and sends the form. Without it everything else works: passwords, codes, recovery codes.
"use strict";
(function () {
  const boxes = document.querySelectorAll("[data-passkey]");
  if (typeof window.PublicKeyCredential !== "function" || !navigator.credentials) return;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  function question(options) {
    const asked = options.publicKey;
    asked.challenge = bytes(asked.challenge);
    if (asked.user) asked.user.id = bytes(asked.user.id);
    for (const list of ["allowCredentials", "excludeCredentials"]) {
      for (const known of asked[list] || []) known.id = bytes(known.id);
    }
    return { publicKey: asked };
  }

  function answer(credential) {
    const from = credential.response, response = { clientDataJSON: text(from.clientDataJSON) };
    if (from.attestationObject) {
      response.attestationObject = text(from.attestationObject);
      if (from.getTransports) response.transports = from.getTransports();
    } else {
      response.authenticatorData = text(from.authenticatorData);
      response.signature = text(from.signature);
      if (from.userHandle) response.userHandle = text(from.userHandle);
    }
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response: response,
      extensions: {},
    });
  }

  for (const box of boxes) {
    const part = (name) => box.querySelector('[data-passkey-part="' + name + '"]');
    const form = part("form"), message = part("message"), absent = part("absent");
    const button = form.querySelector('button[type="submit"]');
    form.hidden = false;
    if (absent) absent.hidden = true;

    function say(words) {
      message.textContent = words;
      message.hidden = !words;
    }

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      say("");
      // An empty field is told by the portal, in the same words as always.
      if ([...form.querySelectorAll('input[type="text"]')].some((field) => !field.value.trim())) return form.submit();
      button.disabled = true;
      try {
        const asked = await fetch(box.dataset.challenge, {
          method: "POST",
          credentials: "same-origin",
          redirect: "manual",
          headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" },
          body: new URLSearchParams({ csrf_token: form.elements.csrf_token.value }),
        });
        // The session has ended, or a fresh proof is asked for: the portal says so when the page is loaded anew.
        if (asked.type === "opaqueredirect" || asked.status === 403) return location.reload();
        if (!asked.ok) throw new Error("answered " + asked.status);
        const got = await asked.json();
        const credential = await navigator.credentials[box.dataset.passkey](question(got.options));
        form.elements.challenge.value = got.challenge;
        form.elements.credential.value = answer(credential);
        form.submit();
      } catch (error) {
        button.disabled = false;
        if (error.name === "InvalidStateError") say(box.dataset.known);
        else if (error.name === "NotAllowedError" || error.name === "AbortError") say(box.dataset.cancelled);
        else say(box.dataset.failed);
      }
    });
  }
})();
