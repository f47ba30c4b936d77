/** The buttons and the mark of a sandbox while a program runs in it, and when it has ended. */
export function showRunning(root: HTMLElement, isRunning: boolean): void {
  const button = (name: string) => root.querySelector<HTMLButtonElement>(`[data-do=${name}]`);
  const stop = button('stop');
  // Run keeps the focus it has; disabling it would drop a keyboard user back to the top of the page.
  button('run')?.setAttribute('aria-disabled', String(isRunning));
  if (stop && !isRunning && document.activeElement === stop) button('run')?.focus();
  if (stop) stop.disabled = !isRunning;
  root.toggleAttribute('data-running', isRunning);
}
