/** The tables of how somebody shows who they are, and of what waits to be shown. */

/** A proof of who somebody is that was accepted before: (issuer, subject) names one person for good. */
export interface IdentityTable {
  /** `email`, `passkey`, or an OpenID Connect issuer's URL. */
  issuer: string;
  subject: string;
  developer_id: string;
  /** How the person knows it: an address, or the name at the provider. */
  label: string;
  created_at: number;
}

export interface PasswordTable {
  developer_id: string;
  /** Argon2id, as a PHC string. */
  hash: string;
  changed_at: number;
}

export interface PasskeyTable {
  /** The credential id, base64url. */
  id: string;
  developer_id: string;
  /** COSE, base64url. */
  public_key: string;
  counter: number;
  /** A JSON array. */
  transports: string;
  name: string;
  created_at: number;
  last_used_at: number | null;
}

/** A link in a mail. It proves that whoever opens it reads that mailbox, once. */
export interface SignInLinkTable {
  token_hash: string;
  /** Normalised. */
  email: string;
  /** sign_in, add_email or invite. */
  purpose: string;
  /** Whose address it shall become; null where the address says who it is. */
  developer_id: string | null;
  /** The role that an invitation gives. */
  role: string | null;
  /** SHA-256 of what the browser that asked for it keeps in a cookie. */
  browser_hash: string | null;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

/** With it a person takes over what a program began. */
export interface ClaimLinkTable {
  token_hash: string;
  developer_id: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

/** What has to be remembered between the two halves of a sign-in elsewhere: state, nonce, challenge. Taken once. */
export interface CeremonyTable {
  id_hash: string;
  kind: string;
  /** A JSON object. */
  data: string;
  expires_at: number;
}
