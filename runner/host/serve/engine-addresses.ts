import { foreignOwner } from "../../../contract/loopback/own-user-server.js";
import type { SocketOwners } from "../../../contract/loopback/socket-owner.js";

/** Addresses that a Run request gives: whoever listens there is sent the program's secrets. */
interface RunAddresses {
  readonly monitor: string;
  /** Undefined when the request names none. */
  readonly engine: string | undefined;
}

/** What {@link refusedAddress} goes by. */
interface AddressContext {
  /** The engine's address by the arguments of this process; "" when they name none. */
  readonly startedBy: string;
  readonly owners: SocketOwners;
  /** User id of this process; undefined where there are none. */
  readonly uid: number | undefined;
}

/**
 * Why the program is not run for these addresses; undefined when it may be. The engine is the one that started this process
 * (pulumi 3.259, pkg/engine/update.go, says its address to both), and nobody but the user listens on either port.
 */
export function refusedAddress(
  { monitor, engine }: RunAddresses,
  { startedBy, owners, uid }: AddressContext,
): string | undefined {
  if (engine !== undefined && startedBy !== "" && engine !== startedBy)
    return `the request names the engine "${engine}", expected "${startedBy}", which started this process`;
  for (const address of new Set([monitor, engine ?? startedBy])) {
    const port = /^(?:127\.0\.0\.1|localhost):(\d+)$/.exec(address)?.[1];
    if (port === undefined) return `"${address}" is no port of 127.0.0.1`;
    const owner = foreignOwner(owners.ofListener(Number(port)), uid);
    if (owner !== undefined) return `"${address}" belongs to ${owner}, expected the user of this process (uid ${uid})`;
  }
  return undefined;
}
