import { PlantonError } from "../../../contract/planton-error.js";
import { forgetRecord } from "../creation/creation-record.js";
import {
  defineResource,
  type Resource,
  type ResourceCall,
  type ResourceDeclaration,
  type ResourceResult,
} from "../resource/resource.js";
import type { PropertyDeclarations } from "../schema/property-declaration.js";
import { isEmpty, type PropertyMap } from "../schema/property-value.js";
import { createManaged } from "./managed-create.js";
import type { ManagedApi, ManagedDeclaration } from "./managed-declaration.js";
import { deleteManaged } from "./managed-delete.js";
import { goneError, idError } from "./managed-errors.js";
import { beginWork, look, type Rules, recordSubject, type Work } from "./managed-work.js";
import { localValues, reconcile, stateOf } from "./reconcile.js";

type ReadCall<Api> = ResourceCall<Api> & {
  readonly id: string;
  readonly state: PropertyMap;
  readonly importing: boolean;
};

type UpdateCall<Api> = ResourceCall<Api> & {
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly state: PropertyMap;
  readonly generated: ReadonlySet<string>;
};

/** A resource with what messages call it. */
export interface ManagedResource<Api> extends Resource<Api> {
  /** "secret". */
  readonly noun: string;
}

/** Reads an id by the groups of a pattern. Throws E_VENDOR for any other string; `example` is one for the message. */
export function parseId<Name extends string>(
  id: string,
  { pattern, noun, example }: { readonly pattern: RegExp; readonly noun: string; readonly example: string },
): Readonly<Record<Name, string>> {
  const { groups } = pattern.exec(id) ?? {};
  if (groups === undefined) throw idError(id, noun, example);
  // The names are those of the pattern's groups, as the caller declares them.
  return { ...groups } as Readonly<Record<Name, string>>;
}

/** A refresh that is shown no container keeps what the state has. Throws E_VENDOR at an import. */
async function keepHidden<Api extends ManagedApi, Key>(
  { rules, api, urn }: Work<Api, Key>,
  key: Key,
  { id, state, importing }: ReadCall<Api>,
): Promise<ResourceResult<PropertyMap>> {
  const container = rules.container?.(key) ?? "container of it";
  if (importing) {
    const hint = "check the id, and that the token may see what the object is in";
    throw new PlantonError({ code: "E_VENDOR", message: `the vendor shows no ${container}`, hint });
  }
  const kept = `what the state has of the ${rules.noun} "${id}" was kept`;
  await api.warn(urn, `the vendor shows no ${container}, or not to this token: ${kept}`);
  return { id, state };
}

async function readManaged<Api extends ManagedApi, Key>(
  rules: Rules<Api, Key>,
  call: ReadCall<Api>,
): Promise<ResourceResult<PropertyMap> | undefined> {
  const { api, urn, state: old, importing } = call;
  const { noun } = rules;
  const work = beginWork(rules, call, { values: [old] });
  const key = await rules.id.parse(call.id, { ...work, state: old, importing });
  if (key === undefined) return undefined;
  const id = rules.id.text(key);
  const sight = await look(work, key);
  if ("hidden" in sight) return keepHidden(work, key, call);
  // Whoever creates one of that name now, it is not what this stack had created.
  if (!importing) forgetRecord(api, recordSubject(work, old, id), id);
  const { object } = sight;
  if (object === undefined || rules.isLeaving?.(object)) return undefined;
  const reason = rules.withheld?.(object);
  if (reason !== undefined && importing) {
    const message = `the ${noun} "${id}" cannot be imported: it ${reason}`;
    throw new PlantonError({ code: "E_VENDOR", message, hint: "use a token that may read it" });
  }
  if (reason !== undefined) await api.warn(urn, `the ${noun} "${id}" ${reason}: the state's was kept`);
  const { find } = rules;
  const isOfOthers = find.by === "list" && find.mark !== undefined && find.mark.in(object) === undefined;
  const adopted = importing ? isOfOthers : old["adopted"] === true;
  const state = stateOf(work, object, { key, known: old, adopted, importing });
  return { id, state: { ...state, ...localValues(work, old) } };
}

async function updateManaged<Api extends ManagedApi, Key>(
  rules: Rules<Api, Key>,
  call: UpdateCall<Api>,
): Promise<ResourceResult<PropertyMap>> {
  const { api, id, inputs, state: old, generated } = call;
  const work = beginWork(rules, call, { values: [inputs, old], seconds: rules.deadlineSeconds?.ready?.(inputs) });
  forgetRecord(api, recordSubject(work, old, id), id);
  const key = await rules.id.parse(id, { ...work, state: old, importing: false, inputs });
  if (key === undefined) throw goneError({ noun: rules.noun, id });
  return reconcile(work, { key, inputs, generated, known: old, adopted: old["adopted"] === true });
}

/** Required outputs that a state lacks: it is not finished. */
function missingOutputs(outputs: PropertyDeclarations, state: PropertyMap): readonly string[] {
  const required = Object.entries(outputs).filter(([, declaration]) => declaration.required === true);
  return required.map(([name]) => name).filter((name) => isEmpty(state[name]));
}

/**
 * Makes a resource at a REST vendor of its declaration: finds it by the record of an earlier creation, by mark or by name,
 * creates it once, waits until it is ready, changes what differs, reads it back and deletes it. What cannot be finished
 * keeps the resource in the state with what is known of it, and the next Diff reports a change.
 */
export function defineManagedResource<Api extends ManagedApi, Key extends object>() {
  return <const Inputs extends PropertyDeclarations, const Outputs extends PropertyDeclarations>(
    declaration: ManagedDeclaration<Inputs, Outputs, Api, Key>,
  ): ManagedResource<Api> => {
    const { outputs, noun } = declaration;
    // The kit calls with inputs and states that passed the checks of the same declarations; that is what the types say.
    const rules = { outputsChangedBy: {}, ...declaration } as unknown as Rules<Api, Key>;
    const calls = callsOf(rules) as unknown as Pick<ResourceDeclaration<Inputs, Outputs, Api>, CallName>;
    const resource = defineResource<Api>()<Inputs, Outputs>({
      unfinished: (state) => missingOutputs(outputs, state),
      ...declaration,
      ...calls,
    });
    return { ...resource, noun };
  };
}

type CallName = "create" | "read" | "update" | "delete";

function callsOf<Api extends ManagedApi, Key>(rules: Rules<Api, Key>): Pick<Resource<Api>, CallName> {
  return {
    create: (call) => createManaged(rules, call),
    read: (call) => readManaged(rules, call),
    ...(rules.changes === undefined ? {} : { update: (call: UpdateCall<Api>) => updateManaged(rules, call) }),
    delete: (call) => deleteManaged(rules, call),
  };
}
