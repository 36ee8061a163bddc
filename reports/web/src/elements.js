// Makes elements; whatever comes from a model goes in as text.

export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value != null) element.setAttribute(key, String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== ""));
  return element;
}

export function badge([symbol, word, tone]) {
  const sign = make("span", { class: "symbol", "aria-hidden": "true" }, symbol);
  return make("span", { class: `badge ${tone}` }, sign, ` ${word}`);
}

export function replaceContent(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child != null && child !== ""));
}
