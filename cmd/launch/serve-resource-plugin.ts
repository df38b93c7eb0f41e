import { systemClock } from "../../contract/clock.js";
import { messageOf } from "../../contract/planton-error.js";
import { printableLines } from "../../contract/text/printable.js";
import { nodeTransport } from "../../http/transport.js";
import type { Provider } from "../../providers/kit/resource/provider.js";
import { runPlugin } from "../../providers/kit/server/plugin-process.js";

/** Runs this process as the plugin of a provider, until the engine ends or stops it; exits with 1 when it cannot start. */
export function serveResourcePlugin<Api>(provider: Provider<Api>): void {
  runPlugin(provider, {
    args: process.argv.slice(2),
    env: process.env,
    fetch: nodeTransport,
    clock: systemClock,
    parentPid: () => process.ppid,
    write: (text) => process.stdout.write(text),
    onSignal: (name, listener) => process.on(name, listener),
  }).then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${printableLines(messageOf(error))}\n`);
      process.exit(1);
    },
  );
}
