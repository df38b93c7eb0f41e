import { dirname } from "node:path";

/** Folder of the project, absolute. */
export const projectRoot = dirname(import.meta.dirname);
