import type { Asking, Reporter, ReporterOptions } from './types.js';
/** What is used of Hono's context. */
export interface HonoContext {
    req: {
        method: string;
        path: string;
        header(name: string): string | undefined;
    };
    res: Response;
}
export interface HonoReporting<Context extends HonoContext> {
    (c: Context, next: () => Promise<void>): Promise<void>;
    reporter: Reporter;
}
/** Middleware that reports every call that was made with a key: `app.use(reportCalls({ … }))`, before your routes. */
export declare function reportCalls<Context extends HonoContext>(options: ReporterOptions & Asking<Context>): HonoReporting<Context>;
