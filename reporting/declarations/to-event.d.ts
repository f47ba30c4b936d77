import type { ReportedCall } from './types.js';
/** As POST /api/usage of the portal takes it. */
export interface UsageReport {
    id: string;
    key_id: string;
    timestamp: number;
    method: string;
    route: string;
    status: number;
    duration_ms: number;
    ok?: boolean | undefined;
    error_code?: string | undefined;
    request_id?: string | undefined;
    user_agent?: string | undefined;
}
/** Ids that nobody else makes: a word that is drawn once, and a number. They pack better than ones drawn each time. */
export declare function createIds(): () => string;
/** One bad value of a call costs that value and not the call. */
export declare function toEvent(call: ReportedCall, id: string): UsageReport;
