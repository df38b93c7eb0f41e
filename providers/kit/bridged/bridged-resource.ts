import type { Clock } from "../../../contract/clock.js";
import { messageOf, PlantonError } from "../../../contract/planton-error.js";
import { asObject, type JsonObject } from "../../../http/json.js";
import { PluginCrash } from "../resource/plugin-crash.js";
import { previewOfUpdate } from "../resource/preview-state.js";
import type { Resource, ResourceCall, ResourceResult } from "../resource/resource.js";
import type { PropertyDeclarations } from "../schema/property-declaration.js";
import {
  definedValues,
  isList,
  isMap,
  type PropertyMap,
  type PropertyValue,
  unknownValue,
} from "../schema/property-value.js";
import type { BridgedApi } from "./bridged-api.js";
import type { BridgedDeclaration, BridgedStep, Held } from "./bridged-declaration.js";
import { crashWithoutResponse, sendAgain, waitUntilReady } from "./bridged-requests.js";
import { namedStep } from "./named-step.js";
import { readFields } from "./read-fields.js";

type Call = Pick<ResourceCall<BridgedApi>, "api" | "abandoned">;
type HeldMap = Held<PropertyMap>;
type Subject = HeldMap & Record<"inputs" | "state", PropertyMap> & { readonly changed: ReadonlySet<string> };
type Declared = BridgedDeclaration<PropertyDeclarations, PropertyDeclarations>;

/** A declaration as the kit calls it: with inputs that passed its checks, and with states that it gave itself. */
interface Untyped extends Omit<Declared, "path" | "lock" | "create" | "state" | "importing" | "update" | "remove"> {
  path(held: HeldMap): string;
  lock?(known: PropertyMap): string;
  readonly create: Omit<Declared["create"], "send" | "id" | "keep" | "parts"> & {
    send(inputs: PropertyMap): ReturnType<Declared["create"]["send"]>;
    id(object: JsonObject, inputs: PropertyMap, clock: Clock): string | undefined;
    keep?(object: JsonObject, id: string): PropertyMap;
    readonly parts?: readonly BridgedStep<Subject>[];
  };
  state?(object: JsonObject, reading: HeldMap & { get(path: string): Promise<JsonObject> }): Promise<PropertyMap>;
  importing?(id: string, clock: Clock): HeldMap;
  readonly update?: readonly BridgedStep<Subject>[];
  readonly remove?: Omit<NonNullable<Declared["remove"]>, "send"> & {
    send?(held: HeldMap): ReturnType<Declared["create"]["send"]>;
  };
}

/** Makes a resource of the declaration of a bridged one. */
export function defineBridgedResource<
  const Inputs extends PropertyDeclarations,
  const Outputs extends PropertyDeclarations,
>(declaration: BridgedDeclaration<Inputs, Outputs>): Resource<BridgedApi> {
  const untyped = declaration as unknown as Untyped;
  const { type, description, inputs, outputs, outputsChangedBy = {}, check = () => [], customTimeouts = [] } = untyped;
  const shape = { type, description, inputs, outputs, outputsChangedBy, stableOutputs: [] };
  const { create, read, update, remove } = bridgedCalls(untyped);
  return {
    ...shape,
    ...{ check, customTimeouts, deletesFirst: "given-name" },
    unfinished: () => [],
    refuseChange: () => [],
    create,
    async read({ id, state, importing, ...call }) {
      const held = importing ? (untyped.importing?.(id, call.clock) ?? { id, known: {} }) : { id, known: state };
      const found = await read(call, held);
      return found && { id: held.id, state: found };
    },
    ...(untyped.update === undefined
      ? {}
      : {
          async update(call) {
            const planned = previewOfUpdate(shape, call, call.changed);
            return update(call, { ...call, known: knownOf(planned) });
          },
        }),
    delete: remove,
  };
}

function bridgedCalls(declaration: Untyped) {
  const { noun, reading = "retrieving", key, wait, crashesWithoutResponse = [], customTimeouts = [] } = declaration;
  const objectOf = (body: JsonObject): JsonObject | undefined => (key === undefined ? body : asObject(body[key]));
  const crashing = <Result>(operation: "create" | "read", request: () => Promise<Result>): Promise<Result> =>
    crashesWithoutResponse.includes(operation) ? crashWithoutResponse(request) : request();

  const locked = <Result>({ api }: Call, key: string | undefined, work: () => Promise<Result>): Promise<Result> =>
    key === undefined ? work() : api.lock(key, work);

  const properties = { ...declaration.inputs, ...declaration.outputs };
  const stateOf = async ({ api, abandoned: signal }: Call, held: HeldMap, object: JsonObject): Promise<PropertyMap> => {
    const get = (path: string): Promise<JsonObject> => api.call({ method: "GET", path, signal });
    const more = await declaration.state?.(object, { ...held, get });
    const fields = readFields(object, properties, declaration.keys) as PropertyMap;
    return definedValues({ ...held.known, ...fields, ...more });
  };

  const read = ({ api, abandoned: signal }: Call, held: HeldMap): Promise<PropertyMap | undefined> =>
    namedStep(`${reading} ${noun}`, async () => {
      const path = declaration.path(held);
      const body = await crashing("read", () => api.find({ method: "GET", path, signal }));
      const object = body && objectOf(body);
      return object && stateOf({ api, abandoned: signal }, held, object);
    });

  const readAgain = async (call: Call, held: HeldMap): Promise<ResourceResult<PropertyMap>> => {
    const state = await read(call, held);
    if (state !== undefined) return { id: held.id, state };
    throw new PlantonError({ code: "E_VENDOR", message: `the ${noun} "${held.id}" is gone` });
  };

  const waitUntil = async ({ api, abandoned: signal }: Call, held: HeldMap, timeoutMs?: number): Promise<void> => {
    if (wait === undefined) return;
    const awaited = { path: declaration.path(held), key: key ?? "", name: `${noun} "${held.id}"` };
    await waitUntilReady({ ...wait, timeoutMs: timeoutMs ?? wait.timeoutMs }, awaited, { api, signal });
  };

  const run = async (call: Call, steps: readonly BridgedStep<Subject>[], subject: Subject): Promise<void> => {
    for (const { doing, on, send, waits } of steps) {
      if (on !== undefined && !on.some((name) => subject.changed.has(name))) continue;
      await namedStep(doing, async () => {
        const requests = [send(subject) ?? []].flat();
        for (const request of requests) await call.api.call({ ...request, signal: call.abandoned });
        if (waits && requests.length > 0) await waitUntil(call, subject);
      });
    }
  };

  const make = (call: Call & { readonly clock: Clock; readonly cancelled: AbortSignal }, inputs: PropertyMap) =>
    crashing("create", async () => {
      const { api, clock, abandoned: signal, cancelled } = call;
      const { send, again = { statuses: [], timeoutMs: 0 }, id: idOf, keep } = declaration.create;
      const response = await sendAgain({ ...send(inputs), signal }, again, { api, signals: [cancelled, signal] });
      const object = objectOf(api.bodyOf(response));
      const id = object && idOf(object, inputs, clock);
      if (object === undefined || id === undefined)
        throw new PlantonError({ code: "E_VENDOR", message: "the response holds no id" });
      return { id, object, known: { ...inputs, ...definedValues(keep?.(object, id) ?? {}) } };
    });

  return {
    create(call: ResourceCall<BridgedApi> & { readonly inputs: PropertyMap }): Promise<ResourceResult<PropertyMap>> {
      const { inputs, timeoutMs } = call;
      const { parts = [], isWhole } = declaration.create;
      return locked(call, declaration.lock?.(inputs), async () => {
        // A wait that fails or takes too long leaves the object behind, out of the state. It does not heed a cancellation
        // either, so that ^C waits for the object and keeps it.
        const held = await namedStep(`creating ${noun}`, async () => {
          const made = await make(call, inputs);
          await waitUntil(call, made, customTimeouts.includes("create") ? timeoutMs : undefined);
          return made;
        });
        try {
          await run(call, parts, { ...held, inputs, state: {}, changed: new Set() });
          return isWhole ? { id: held.id, state: await stateOf(call, held, held.object) } : await readAgain(call, held);
        } catch (error) {
          if (error instanceof PluginCrash) throw error;
          const reason = messageOf(error);
          return { id: held.id, state: held.known, incomplete: [reason] };
        }
      });
    },

    read,

    async update(call: Call, subject: Subject): Promise<ResourceResult<PropertyMap>> {
      await run(call, declaration.update ?? [], subject);
      return readAgain(call, subject);
    },

    remove({ id, state: known, ...call }: Parameters<Resource<BridgedApi>["delete"]>[0]): Promise<void> {
      const { send, again = { statuses: [], timeoutMs: 0 } } = declaration.remove ?? {};
      const held = { id, known };
      const { api, abandoned: signal, cancelled } = call;
      const timeoutMs = (customTimeouts.includes("delete") ? call.timeoutMs : undefined) ?? again.timeoutMs;
      const request = send?.(held) ?? ({ method: "DELETE", path: declaration.path(held) } as const);
      return locked(call, declaration.locksDeletions ? declaration.lock?.(known) : undefined, () =>
        namedStep(`deleting ${noun}`, async () => {
          const place = { api, signals: [cancelled, signal] };
          api.bodyOf(await sendAgain({ ...request, signal }, { ...again, timeoutMs }, place));
        }),
      );
    },
  };
}

/** What of a planned state is known. */
function knownOf(planned: PropertyMap): PropertyMap {
  const known = (value: PropertyValue): PropertyValue => {
    if (isList(value)) return value.map(known);
    return isMap(value) ? knownOf(value) : value;
  };
  const entries = Object.entries(planned).filter(([, value]) => value !== unknownValue);
  return Object.fromEntries(entries.map(([name, value]) => [name, known(value)]));
}
