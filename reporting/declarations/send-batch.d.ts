/** What became of one request to the portal. */
export type Sending = {
    kind: 'taken';
    duplicates: number;
    rejected: Rejection[];
}
/** Worth sending again, after `afterMs` where the portal said so. */
 | {
    kind: 'later';
    afterMs: number | null;
    problem: string;
} | {
    kind: 'too_large';
}
/** Sending it again would change nothing. */
 | {
    kind: 'refused';
    problem: string;
};
export interface Rejection {
    index: number;
    code: string;
    message: string;
}
export interface Destination {
    url: string;
    rootKey: string;
    timeoutMs: number;
}
/** Sends events that are JSON already, compressed. Never rejects. */
export declare function sendBatch(to: Destination, events: readonly string[]): Promise<Sending>;
