import type { Asking, Reporter, ReporterOptions } from './types.js';
/** What is used of an Express request; also of one of Connect and of Node's own server. */
export interface ExpressRequest {
    method?: string | undefined;
    url?: string | undefined;
    originalUrl?: string;
    baseUrl?: string;
    route?: {
        path?: unknown;
    };
    headers: Record<string, string | string[] | undefined>;
}
export interface ExpressResponse {
    statusCode: number;
    writableFinished: boolean;
    getHeader(name: string): unknown;
    once(event: 'close', listener: () => void): unknown;
}
export interface ExpressReporting {
    (req: ExpressRequest, res: ExpressResponse, next: () => void): void;
    reporter: Reporter;
}
/** Middleware that reports every call that was made with a key. Put it before your routes. */
export declare function reportCalls<Request extends ExpressRequest = ExpressRequest>(options: ReporterOptions & Asking<Request, ExpressResponse>): ExpressReporting;
