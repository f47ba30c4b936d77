/// <reference types="astro/client" />

declare namespace App {
  interface Locals {
    /** The running portal, handed over by the server (or, while developing, by the dev server). */
    portal: import('./portal.ts').Portal;
    /** Who of the company is asking; null for everybody else. */
    staff: import('./features/developers/sessions.ts').SessionOwner | null;
  }
}
