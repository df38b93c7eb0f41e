import { digitalOceanProvider } from "../../providers/digitalocean/digitalocean-provider.js";
import { systemClock } from "../../providers/kit/clock.js";
import { runPlugin } from "../../providers/kit/plugin-process.js";

runPlugin(digitalOceanProvider, {
  args: process.argv.slice(2),
  env: process.env,
  fetch: globalThis.fetch,
  clock: systemClock,
  parentPid: () => process.ppid,
  write: (text) => process.stdout.write(text),
  onSignal: (name, listener) => process.on(name, listener),
}).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
