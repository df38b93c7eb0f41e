import type { Clock } from "../../../contract/clock.js";
import { type Trace, tracedClock } from "../../../contract/trace.js";
import type { VendorFetch } from "../../../contract/vendor.js";
import { tracedTransport } from "../../../http/traced-transport.js";
import type { Provider, ProviderContext } from "../resource/provider.js";
import { engineLog } from "./engine-log.js";
import { engineGone } from "./engine-watch.js";
import { startProviderServer } from "./provider-server.js";

/** The process around a plugin, handed over by the entry file. */
export interface PluginContext {
  /** Arguments without node and script. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: VendorFetch;
  readonly clock: Clock;
  /** Hears the engine's calls, requests and waits. */
  readonly trace: Trace;
  /** Process id of the present parent process. */
  readonly parentPid: () => number;
  /** Writes to standard output. */
  readonly write: (text: string) => void;
  /** Calls back on each signal of that name. */
  readonly onSignal: (name: "SIGINT" | "SIGTERM", listener: () => void) => void;
}

// A wait that does not heed the cancellation must not keep a terminated process alive; the engine kills after 5 s.
const drainLimitMs = 4_000;

/** The engine's address: the last argument that is none of the engine's flags. */
export function engineAddressOf(args: readonly string[]): string | undefined {
  return args.findLast((arg) => /^[^-].*:\d+$/.test(arg));
}

/**
 * Serves a provider until the engine that started the process is gone or closes it. The port is the one thing written.
 * The engine closes a plugin by SIGINT, when nothing is under way, and waits five seconds for one that does not end; it
 * puts each into a process group of its own, so a terminal's ^C does not come here.
 */
export async function runPlugin<Api>(provider: Provider<Api>, context: PluginContext): Promise<void> {
  const { args, env, clock, trace, parentPid } = context;
  const stopped = new AbortController();
  const terminated = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) context.onSignal(signal, resolve);
  });
  const engineAddress = engineAddressOf(args);
  const traced = { fetch: tracedTransport(context.fetch, trace), clock: tracedClock(clock, trace), trace };
  const log = engineAddress === undefined ? undefined : engineLog(engineAddress, clock);
  const warn: Pick<ProviderContext, "warn"> =
    log === undefined ? {} : { warn: (urn, message) => log("warning", message, urn) };
  const server = await startProviderServer(provider, { env, ...traced, ...warn });
  context.write(`${server.port}\n`);
  const watch = { engineAddress, parentPid, clock, stopped: stopped.signal };
  const gone = engineGone(watch).catch(() => {
    // Only our own stop below ends the watch that way.
  });
  const drained = terminated
    .then(() => Promise.race([server.drain(), clock.sleep(drainLimitMs, stopped.signal)]))
    .catch(() => {
      // As above.
    });
  await Promise.race([gone, drained]);
  stopped.abort();
  server.stop();
}
