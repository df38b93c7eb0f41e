import { languageService } from "../../runner/host/serve/language-service.js";
import { serveLanguageHost } from "../../runner/host/serve/serve-language-host.js";
import { loadProgram } from "./load-program.js";

declare const PLANTON_VERSION: string;

// Each operation starts the host three times, and one of them asks for plugins: what that needs is loaded then.
const service = languageService({
  version: PLANTON_VERSION,
  engineAddress: process.argv.at(-1) ?? "",
  requiredPlugins: async (rootDirectory) => {
    const { pluginsOf } = await import("./plugins-of.js");
    const others = process.env["PLANTON_CATALOG"] ? await loadProgram().kinds() : [];
    return pluginsOf(rootDirectory, others);
  },
  run: async (request) => {
    const { run, writeCodeCaches } = loadProgram();
    const succeeded = await run(request);
    // The code of a whole program has run by now, and the engine, which waits for the response, cannot stop us here.
    writeCodeCaches();
    return succeeded;
  },
});

serveLanguageHost(service, {
  announce: (line) => process.stdout.write(line),
  parentPid: () => process.ppid,
  exit: (code) => process.exit(code),
  onSignal: (signal, listener) => process.on(signal, listener),
});
