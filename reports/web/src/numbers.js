// Writes numbers as people read them, as the rest of the page does.

export function seconds(value) {
  if (Number.isNaN(value)) return "—";
  if (value < 0.001) return `${Math.round(value * 1e6)} µs`;
  if (value < 0.1) return `${(value * 1e3).toFixed(1)} ms`;
  if (value < 1) return `${Math.round(value * 1e3)} ms`;
  if (value < 120) return `${value.toFixed(2)} s`;
  return `${Math.floor(value / 60)} min ${Math.floor(value % 60)} s`;
}

export function score(value) {
  return Number.isNaN(value) ? "—" : value.toFixed(2);
}

// By hand: asking for a language costs as much as everything else before the first rows.
export function count(value) {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}
