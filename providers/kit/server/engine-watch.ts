import { connect, type Socket } from "node:net";
import type { Clock } from "../../../contract/clock.js";

/** Where to look for the engine that started a plugin. */
export interface EngineWatch {
  /** Address of the engine, "127.0.0.1:4711"; undefined when it is not known. */
  readonly engineAddress: string | undefined;
  /** Process id of the present parent process. */
  readonly parentPid: () => number;
  readonly clock: Clock;
  /** Ends the watch. */
  readonly stopped: AbortSignal;
}

const parentIntervalMs = 500;
const reconnectWaitMs = 250;
const reconnectTries = 4;

/** Holds a connection until it closes. Gives false when it could not be made. */
function holdConnection(address: string, stopped: AbortSignal): Promise<boolean> {
  const separator = address.lastIndexOf(":");
  const host = address.slice(0, separator).replace(/^\[|\]$/g, "");
  return new Promise((resolve) => {
    let connected = false;
    const socket: Socket = connect({ host, port: Number(address.slice(separator + 1)) });
    const end = (): void => void socket.destroy();
    stopped.addEventListener("abort", end, { once: true });
    socket.once("connect", () => {
      connected = true;
    });
    socket.on("error", () => {
      // "close" follows and says all there is to know.
    });
    socket.once("close", () => {
      stopped.removeEventListener("abort", end);
      resolve(connected);
    });
    socket.resume();
    socket.unref();
  });
}

/** Ends when the engine's address refuses connections; the engine itself closes idle ones from time to time. */
async function watchAddress(address: string, watch: EngineWatch): Promise<void> {
  let refusals = 0;
  while (!watch.stopped.aborted && refusals < reconnectTries) {
    refusals = (await holdConnection(address, watch.stopped)) ? 0 : refusals + 1;
    if (!watch.stopped.aborted) await watch.clock.sleep(reconnectWaitMs, watch.stopped);
  }
}

async function watchParent(watch: EngineWatch): Promise<void> {
  const first = watch.parentPid();
  while (!watch.stopped.aborted && watch.parentPid() === first) {
    await watch.clock.sleep(parentIntervalMs, watch.stopped);
  }
}

/**
 * Ends at most two seconds after the engine is gone: another process became the parent, or the engine's address
 * no longer responds. Never ends while the engine lives; rejects with E_INTERRUPTED when it is stopped.
 */
export async function engineGone(watch: EngineWatch): Promise<void> {
  const watches = [watchParent(watch)];
  if (watch.engineAddress !== undefined) watches.push(watchAddress(watch.engineAddress, watch));
  await Promise.race(watches);
}
