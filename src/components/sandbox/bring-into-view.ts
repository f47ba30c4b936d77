/** Below this share of it in sight, a result counts as out of sight. */
const ENOUGH = 0.6;

/**
 * Scrolls a result into sight when it is out of it, and no further than it takes; the focus stays where it is.
 * What `scroll-margin` the element has is in sight as well.
 */
export function bringIntoView(element: HTMLElement): void {
  const { top, bottom, height } = element.getBoundingClientRect();
  const inSight = Math.min(bottom, innerHeight) - Math.max(top, 0);
  if (inSight >= ENOUGH * Math.min(height, innerHeight)) return;
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  element.scrollIntoView({ block: 'nearest', behavior: isCalm ? 'instant' : 'smooth' });
}
