import type { Reporter, ReporterOptions } from './types.js';
/**
 * Reports calls of your API to the portal, in the background: they gather for a second and are sent together,
 * compressed, again and again until the portal has them. Each has an id, so that none counts twice. Nothing in here
 * throws into your API or makes it wait.
 */
export declare function createReporter(options: ReporterOptions): Reporter;
