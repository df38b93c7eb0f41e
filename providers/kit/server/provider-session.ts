import { PlantonError } from "../../../contract/planton-error.js";
import type { Provider, ProviderContext } from "../resource/provider.js";
import type { ReplacedResources } from "../resource/resource.js";
import { containsUnknown, type PropertyMap } from "../schema/property-value.js";

/** One configured provider instance: the engine's connection that made it owns it. */
export interface ProviderSession<Api> {
  /** Throws when the configuration is not known yet, as in the preview of what makes it. */
  readonly api: () => Api;
  /** Fires when the engine asks to stop. */
  readonly cancellation: AbortController;
  readonly state: KnownState;
}

/** What the engine let show of its state, by URN. */
export interface KnownState {
  /** Notes that the state holds a resource of that URN, with its id when it is known. */
  note(urn: string, id?: string): void;
  /** What was noted; undefined when nothing was. */
  of(urn: string): ReplacedResources | undefined;
}

function createKnownState(): KnownState {
  const known = new Map<string, Set<string>>();
  return {
    note(urn, id) {
      const ids = known.get(urn) ?? new Set();
      if (id !== undefined && id !== "") ids.add(id);
      known.set(urn, ids);
    },
    of(urn) {
      const ids = known.get(urn);
      return ids && { ids };
    },
  };
}

/** The instances of a plugin process; several share one process when it is attached. */
export interface ProviderSessions<Api> {
  configure(peer: string, config: PropertyMap): void;
  /**
   * The session of a connection; of the newest one when the connection was made anew. Throws E_INTERNAL when there is
   * none.
   */
  of(peer: string): ProviderSession<Api>;
  /** What is known of the engine's state; undefined before a configuration. */
  stateOf(peer: string): KnownState | undefined;
  cancel(peer: string): void;
  cancelAll(): void;
}

function openSession<Api>(
  provider: Provider<Api>,
  config: PropertyMap,
  context: ProviderContext,
): ProviderSession<Api> {
  const session = { cancellation: new AbortController(), state: createKnownState() };
  const unknownName = Object.keys(config).find((name) => containsUnknown(config[name]));
  if (unknownName === undefined) {
    const api = provider.configure(config, context);
    return { ...session, api: () => api };
  }
  const api = (): never => {
    throw new PlantonError({
      code: "E_VENDOR",
      message: `the provider's "${unknownName}" is not known yet, so nothing can be asked of ${provider.name}`,
      hint: "apply what makes the value first",
    });
  };
  return { ...session, api };
}

/** Makes the (empty) set of sessions. */
export function createSessions<Api>(provider: Provider<Api>, context: ProviderContext): ProviderSessions<Api> {
  const sessions = new Map<string, ProviderSession<Api>>();
  let newest: ProviderSession<Api> | undefined;
  const find = (peer: string): ProviderSession<Api> => {
    const session = sessions.get(peer) ?? newest;
    if (session !== undefined) return session;
    throw new PlantonError({ code: "E_INTERNAL", message: "the provider is used before it is configured" });
  };
  return {
    configure(peer, config) {
      newest = openSession(provider, config, context);
      sessions.set(peer, newest);
    },
    of: find,
    stateOf: (peer) => (sessions.get(peer) ?? newest)?.state,
    cancel: (peer) => (sessions.get(peer) ?? newest)?.cancellation.abort(),
    cancelAll() {
      for (const session of sessions.values()) session.cancellation.abort();
    },
  };
}
