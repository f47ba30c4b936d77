import type { Asking, Reporter, ReporterOptions } from './types.js';
/** What is used of a Fastify request and reply. */
export interface FastifyRequest {
    id: string;
    method: string;
    url: string;
    routeOptions: {
        url?: string | undefined;
    };
    headers: Record<string, string | string[] | undefined>;
}
export interface FastifyReply {
    statusCode: number;
    elapsedTime: number;
    raw: {
        writableFinished: boolean;
    };
}
export interface FastifyApp {
    addHook(name: 'onResponse', hook: (request: FastifyRequest, reply: FastifyReply, done: () => void) => void): unknown;
    addHook(name: 'onClose', hook: () => Promise<void>): unknown;
}
export type FastifyReporting = (app: FastifyApp, options: unknown, done: () => void) => void;
/** A plugin that reports every call that was made with a key: `app.register(reportCalls({ … }))`. */
export declare function reportCalls<Request extends FastifyRequest = FastifyRequest>(options: ReporterOptions & Asking<Request, FastifyReply>): FastifyReporting & {
    reporter: Reporter;
};
