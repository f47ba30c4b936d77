/** One call of your API. Nothing of its body or of its caller is in it. */
export interface ReportedCall {
  /** The id of the key, `cred_…`, as the portal says it; never the key itself. */
  keyId: string;
  method: string;
  /** The pattern that matched, such as `/orders/{id}`. */
  route?: string | undefined;
  /** The path, where no pattern is known; the portal replaces what looks like an identifier. */
  path?: string | undefined;
  status: number;
  /** Milliseconds. */
  durationMs: number;
  /** Your API's own word for what went wrong. */
  errorCode?: string | undefined;
  /** What your API calls the request. */
  requestId?: string | undefined;
  /** Only what sort of program it names is kept. */
  userAgent?: string | undefined;
  /** False for an answer that says 200 and means a failure. */
  ok?: boolean | undefined;
}

export interface ReporterOptions {
  /** The portal's address, such as `https://developers.example.com`. */
  portal: string;
  /** `fc_root_…`, from the portal's page /admin/root-keys. */
  rootKey: string;
  /** How long calls gather before they are sent. Default 1,000 ms. */
  everyMs?: number;
  /** How many calls wait at most while the portal is away; then the oldest go. Default 10,000. */
  mostWaiting?: number;
  /** How long the portal may take to answer. Default 10,000 ms. */
  timeoutMs?: number;
  /** How long the first pause after a failure is; each further one is twice as long, to a minute. Default 1,000 ms. */
  retryMs?: number;
  /** Told what went wrong, in one sentence. By default the first of each minute goes to `console.warn`. */
  onProblem?: (problem: string) => void;
}

export interface ReporterCounts {
  /** Not sent yet. */
  waiting: number;
  /** Taken by the portal, those that it knew already among them. */
  sent: number;
  /** Refused by the portal one by one, with a reason. */
  rejected: number;
  /** Given up, because too many were waiting or the portal did not understand them. */
  dropped: number;
}

export interface Reporter {
  /** Takes a call; never throws and never waits. */
  report(call: ReportedCall): void;
  /** Sends what is waiting; settles when it is sent, or after `withinMs`. Never rejects. */
  flush(withinMs?: number): Promise<void>;
  /** Sends what is waiting within 2 s, then takes nothing more. */
  close(): Promise<void>;
  counts(): ReporterCounts;
}

/** What the middleware asks of a request and its answer. Called after the answer; what it throws is ignored. */
export interface Asking<Request, Response = Request> {
  /** The id of the key that was used; nothing is reported without one. */
  keyId: (request: Request) => string | null | undefined;
  errorCode?: (request: Request, response: Response) => string | null | undefined;
}
