import { registerStackTransformation } from "@pulumi/pulumi/runtime/stack.js";
import type { StateResource } from "../../pulumi/state/checkpoint.js";

/**
 * Goes on with what the state holds under other logical names, after a rename of the manifest: a resource that the state
 * lacks gets the alias of the only one of its type that has the same end of its name behind another metadata.name. The
 * state is asked and not a record, as the engine renames when it registers, also in a run that then fails. To be called
 * within a program, before the first resource of the module.
 */
export function aliasFormerNames(name: string, state: readonly StateResource[]): void {
  registerStackTransformation(({ type, name: registered, props, opts }) => {
    if (type.startsWith("pulumi:") || !registered.startsWith(name)) return undefined;
    const held = state.filter(
      (resource) => resource.type === type && resource.id !== undefined && !resource.isReplaced,
    );
    if (held.some(({ urn }) => logicalName(urn) === registered)) return undefined;
    const suffix = registered.slice(name.length);
    const [former, ...more] = held.filter(({ urn }) => logicalName(urn).endsWith(suffix));
    if (former === undefined || more.length > 0) return undefined;
    return { props, opts: { ...opts, aliases: [...(opts.aliases ?? []), former.urn] } };
  });
}

function logicalName(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}
