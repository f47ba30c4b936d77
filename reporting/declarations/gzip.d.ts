/** Packs a text, on another thread where there is one. */
export declare function gzip(text: string): Promise<BodyInit>;
