// The keyboard: acts while the list or the open case has the focus, and `/` from anywhere.

const FIELDS = "input, select, textarea, summary, button, a";

export function listenToKeys(section, filter, actions) {
  const isOn = () => section.querySelector("#list-keys")?.checked ?? true;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const inside = section.contains(event.target);
    const isTyping = event.target.matches?.("input, select, textarea, [contenteditable]");
    if (event.key === "Escape" && inside) {
      event.preventDefault();
      if (isTyping) actions.list();
      else actions.close();
      return;
    }
    if (event.target === filter && event.key === "ArrowDown") {
      event.preventDefault();
      actions.list();
      return;
    }
    if (isTyping || (inside && event.target.matches?.(FIELDS) && ["Enter", " "].includes(event.key))) return;
    if (event.key === "/" && isOn()) {
      event.preventDefault();
      filter.focus();
      filter.select();
      return;
    }
    const action = inside && actionFor(event, actions, isOn());
    if (action) {
      event.preventDefault();
      action();
    }
  });
}

function actionFor(event, actions, isOn) {
  const isGrid = event.target.getAttribute("role") === "grid";
  const always = {
    ArrowDown: () => actions.move(1),
    ArrowUp: () => actions.move(-1),
    PageDown: () => actions.move(10),
    PageUp: () => actions.move(-10),
    Home: () => actions.moveTo(0),
    End: () => actions.moveTo(Infinity),
    Enter: actions.open,
  };
  const letters = {
    j: () => actions.move(1),
    k: () => actions.move(-1),
    n: () => actions.regression(1),
    p: () => actions.regression(-1),
    x: actions.tick,
    "?": actions.help,
  };
  return (isGrid && always[event.key]) || (isOn && letters[event.key]) || null;
}
