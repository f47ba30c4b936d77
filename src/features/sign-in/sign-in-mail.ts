/** One text for everybody: it tells nobody whether the address is known. */
export function signInMail(
  email: string,
  link: string,
): { recipient: string; subject: string; body: string } {
  return {
    recipient: email,
    subject: 'Your link to Firstcall',
    body: `Open this link to sign in to Firstcall as ${email}:

${link}

It works once, for 30 minutes. Open it in the browser in which you asked for it: what you began there becomes yours.

If you did not ask for it, do nothing. Without this link nobody signs in with your address.
`,
  };
}
