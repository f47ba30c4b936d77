/** Writes only what changed, so that a live region does not repeat itself. */
export function setText(inside: ParentNode, selector: string, text: string): void {
  const element = inside.querySelector(selector);
  if (element && element.textContent !== text) element.textContent = text;
}

/** The element that the component's own markup has; a missing one is a mistake in that markup. */
export function find<T extends HTMLElement = HTMLElement>(inside: ParentNode, selector: string): T {
  const found = inside.querySelector<T>(selector);
  if (!found) throw new Error(`The markup has no ${selector}.`);
  return found;
}
