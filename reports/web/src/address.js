// Keeps filter, order and open case in the address, so that a view can be sent to somebody.

export function readAddress() {
  const hash = window.location.hash.slice(1);
  if (!/(^|&)(q|sort|case)=/u.test(hash)) return null;
  const parameters = new URLSearchParams(hash);
  return {
    query: parameters.get("q") ?? "",
    order: parameters.get("sort") ?? "worst",
    id: parameters.get("case"),
  };
}

export function addressOf({ query, order, id }) {
  const parts = [];
  if (query) parts.push(`q=${encodeURIComponent(query)}`);
  if (order !== "worst") parts.push(`sort=${encodeURIComponent(order)}`);
  if (id !== null) parts.push(`case=${encodeURIComponent(id)}`);
  return `#${parts.join("&") || "cases"}`;
}

// A frame without rights of its own may refuse: the list works all the same.
export function writeAddress(state) {
  try {
    window.history.replaceState(null, "", addressOf(state));
  } catch {
    // nothing is lost but the link
  }
}

// Whether the browser itself shows the case that the address names, where it stands in the page.
export function isShownAbove() {
  return document.querySelector(":target") !== null;
}
