import Bowser from 'bowser';

/** `Firefox on Linux`: enough to recognise one's own browser in a list. Null for a program, which is not in one. */
export function sayBrowser(userAgent: string | null | undefined): string | null {
  if (!userAgent) return null;
  const { browser, os } = Bowser.parse(userAgent.slice(0, 512));
  if (!browser.name) return null;
  return os.name ? `${browser.name} on ${os.name}` : browser.name;
}
