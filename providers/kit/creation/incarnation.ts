import type { Warn } from "../resource/provider.js";
import type { Resource, ResourceCall, ResourceResult } from "../resource/resource.js";
import type { PropertyMap, PropertyValue } from "../schema/property-value.js";

/**
 * Property of the state that distinguishes its entries for one id: random, made at every creation, find and import. The
 * engine keeps what begins with "__" and shows it to nobody (IsInternalPropertyKey of pulumi 3.259, 2026-11).
 */
export const incarnationKey = "__incarnation";

/** What a plugin process received of the state: the incarnation of each id that is not to go; undefined: it has none. */
type LiveIncarnations = Map<string, PropertyValue | undefined>;

function withKey(
  result: ResourceResult<PropertyMap>,
  incarnation: PropertyValue | undefined,
): ResourceResult<PropertyMap> {
  return incarnation === undefined ? result : { ...result, state: { ...result.state, [incarnationKey]: incarnation } };
}

function newIncarnation({ clock }: Pick<ResourceCall<unknown>, "clock">): string {
  return Buffer.from(clock.randomBytes(8)).toString("hex");
}

/** Needed of a resource: what messages call it, "secret". */
interface NamedResource<Api> extends Resource<Api> {
  readonly noun: string;
}

/**
 * The same resources, which never delete what another entry of the state stands for. A creation may find what exists by
 * mark or record, as after `--replace` or a rename, of which the engine does not inform a provider: what the engine then
 * wants deleted, in this run or a later one, is what it has as the present one. It is kept, with a warning.
 */
export function withIncarnations<Api extends { readonly warn: Warn }>(
  resources: readonly NamedResource<Api>[],
): readonly Resource<Api>[] {
  const live: LiveIncarnations = new Map();
  return resources.map((resource) => withIncarnation(resource, live));
}

function withIncarnation<Api extends { readonly warn: Warn }>(
  resource: NamedResource<Api>,
  live: LiveIncarnations,
): Resource<Api> {
  const { noun, update } = resource;
  return {
    ...resource,
    noteLive: (id, state) => void live.set(id, state[incarnationKey]),
    async create(call) {
      const result = withKey(await resource.create(call), newIncarnation(call));
      live.set(result.id, result.state[incarnationKey]);
      return result;
    },
    async read(call) {
      const result = await resource.read(call);
      const incarnation = call.importing ? newIncarnation(call) : call.state[incarnationKey];
      return result && withKey(result, incarnation);
    },
    ...(update === undefined
      ? {}
      : {
          async update(call) {
            const incarnation = call.state[incarnationKey];
            live.set(call.id, incarnation);
            return withKey(await update(call), incarnation);
          },
        }),
    async delete(call) {
      const { api, id, state, urn } = call;
      if (!live.has(id) || live.get(id) === state[incarnationKey]) return resource.delete(call);
      const why = "it is in the state as the present one, too";
      await api.warn(urn, `the ${noun} "${id}" was kept: ${why}; to replace it, set deleteBeforeReplace`);
    },
  };
}
