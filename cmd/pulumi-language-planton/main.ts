import { languageService } from "../../runner/host/language-service.js";
import { serveLanguageHost } from "../../runner/host/serve-language-host.js";

declare const PLANTON_VERSION: string;

// The engine starts a host only to ask about it, too: what programs need is loaded when the engine asks for that.
const service = languageService({
  version: PLANTON_VERSION,
  engineAddress: process.argv.at(-1) ?? "",
  requiredPlugins: async (rootDirectory) => (await import("./program-parts.js")).pluginsOf(rootDirectory),
  run: async (request) => {
    const { run } = await import("./program-parts.js");
    const succeeded = await run(request);
    // The code of a whole program has run by now, and the engine, which waits for the answer, cannot stop us here.
    globalThis.plantonWriteCodeCache?.();
    return succeeded;
  },
});

serveLanguageHost(service, {
  announce: (line) => process.stdout.write(line),
  parentPid: () => process.ppid,
  exit: (code) => process.exit(code),
  onSignal: (signal, listener) => process.on(signal, listener),
});
