/** Writes only what changed, so that a live region does not repeat itself. */
export function setText(inside: ParentNode, selector: string, text: string): void {
  const element = inside.querySelector(selector);
  if (element && element.textContent !== text) element.textContent = text;
}
