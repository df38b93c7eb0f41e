import { systemClock } from "../../contract/clock.js";
import { messageOf } from "../../contract/planton-error.js";
import { printableLines } from "../../contract/text/printable.js";
import { nodeTransport } from "../../http/transport.js";
import type { Provider } from "../../providers/kit/resource/provider.js";
import { engineLog } from "../../providers/kit/server/engine-log.js";
import { engineAddressOf, runPlugin } from "../../providers/kit/server/plugin-process.js";
import { writeText } from "../planton/render/write-text.js";
import { openProcessTrace } from "./process-trace.js";

/** Runs this process as the plugin of a provider, until the engine ends or stops it; exits with 1 when it cannot start. */
export function serveResourcePlugin<Api>(provider: Provider<Api>): void {
  const args = process.argv.slice(2);
  const trace = openProcessTrace({ name: provider.name, env: process.env, show: engineLines(args) });
  runPlugin(provider, {
    args,
    env: process.env,
    fetch: nodeTransport,
    clock: systemClock,
    trace,
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

/** Shows lines, in their order, among the engine's diagnostics: it drops what a plugin writes to standard error (3.259). */
function engineLines(args: readonly string[]): (line: string) => void {
  const address = engineAddressOf(args);
  if (address === undefined) return (line) => writeText("stderr", `${line}\n`);
  const log = engineLog(address, systemClock);
  let last = Promise.resolve();
  return (line) => {
    last = last.then(() => log("info", line));
  };
}
