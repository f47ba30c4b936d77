/// <reference types="astro/client" />

declare namespace App {
  /** Of a page that is rendered on demand. */
  interface Locals {
    /** The running portal, handed over by the server (or, while developing, by the dev server). */
    portal: import('./portal.ts').Portal;
    /** Who of the company is asking; null for everybody else. */
    staff: import('./features/developers/sessions.ts').SessionOwner | null;
    /** The developer whose browser is asking, anonymous or not; null for everybody else. */
    visitor: import('./features/developers/sessions.ts').SessionOwner | null;
    /** Why whoever is asking may not see what was asked for; null when they may. */
    denial: import('./http/policy.ts').Denial | null;
    /** `Set-Cookie` values that the answer will carry. */
    setCookies: string[];
    /** Further headers that the answer will carry. */
    headers: Record<string, string>;
    /** Where the request comes from, as the limits count it. */
    clientAddress: string;
  }
}
