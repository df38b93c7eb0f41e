import sdkLog from "@pulumi/pulumi/log/index.js";

/**
 * Lets the SDK send no debug messages. They hold the outputs of resources, passwords too, in plain text, which the engine
 * writes to its log (seen with SDK 3.248 and `-v=7`), and each is a call to the engine that the program's end waits for.
 */
export function dropDebugMessages(): void {
  Object.defineProperty(sdkLog, "debug", { value: () => Promise.resolve() });
}
