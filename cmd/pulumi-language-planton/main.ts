import { kindFacts } from "../../apis/gen/facts.js";
import { vendors } from "../../modules/gen/vendors.js";
import { languageService } from "../../runner/host/language-service.js";
import { requiredPlugins } from "../../runner/host/required-plugins.js";
import { serveLanguageHost } from "../../runner/host/serve-language-host.js";
import { loadProgram } from "./load-program.js";

declare const PLANTON_VERSION: string;

const kinds = Object.values(kindFacts);

const service = languageService({
  version: PLANTON_VERSION,
  engineAddress: process.argv.at(-1) ?? "",
  requiredPlugins: async (rootDirectory) => requiredPlugins({ rootDirectory, kinds, vendors, env: process.env }),
  run: async (request) => {
    const { run, writeCodeCaches } = loadProgram();
    const succeeded = await run(request);
    // The code of a whole program has run by now, and the engine, which waits for the answer, cannot stop us here.
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
