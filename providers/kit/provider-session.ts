import { PlantonError } from "../../contract/planton-error.js";
import { containsUnknown, type PropertyMap } from "./property-value.js";
import type { Provider, ProviderSurroundings } from "./provider.js";

/** One configured provider instance: the engine's connection that made it owns it. */
export interface ProviderSession<Api> {
  /** Throws when the configuration is not known yet, as in the preview of what makes it. */
  readonly api: () => Api;
  /** Fires when the engine asks to stop. */
  readonly cancellation: AbortController;
}

/** The instances of a plugin process; several share one process when it is attached. */
export interface ProviderSessions<Api> {
  configure(peer: string, config: PropertyMap): void;
  /** The session of a connection; of the newest one when the connection was made anew. Throws E_INTERNAL when there is none. */
  of(peer: string): ProviderSession<Api>;
  cancel(peer: string): void;
  cancelAll(): void;
}

function openSession<Api>(
  provider: Provider<Api>,
  config: PropertyMap,
  surroundings: ProviderSurroundings,
): ProviderSession<Api> {
  const cancellation = new AbortController();
  const unknownName = Object.keys(config).find((name) => containsUnknown(config[name]));
  if (unknownName === undefined) {
    const api = provider.configure(config, surroundings);
    return { api: () => api, cancellation };
  }
  const api = (): never => {
    throw new PlantonError({
      code: "E_VENDOR",
      message: `the provider's "${unknownName}" is not known yet, so nothing can be asked of ${provider.name}`,
      hint: "apply what makes the value first",
    });
  };
  return { api, cancellation };
}

/** Makes the (empty) set of sessions. */
export function createSessions<Api>(
  provider: Provider<Api>,
  surroundings: ProviderSurroundings,
): ProviderSessions<Api> {
  const sessions = new Map<string, ProviderSession<Api>>();
  let newest: ProviderSession<Api> | undefined;
  const find = (peer: string): ProviderSession<Api> => {
    const session = sessions.get(peer) ?? newest;
    if (session !== undefined) return session;
    throw new PlantonError({ code: "E_INTERNAL", message: "the provider is used before it is configured" });
  };
  return {
    configure(peer, config) {
      newest = openSession(provider, config, surroundings);
      sessions.set(peer, newest);
    },
    of: find,
    cancel: (peer) => (sessions.get(peer) ?? newest)?.cancellation.abort(),
    cancelAll() {
      for (const session of sessions.values()) session.cancellation.abort();
    },
  };
}
