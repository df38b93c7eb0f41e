import type { JsonObject } from "../../http/json.js";
import type { PulumiCli } from "../pulumi/spawn-pulumi.js";
import type { StackRef } from "../pulumi/stack-ref.js";
import { readStackState, type StackState } from "../pulumi/stack-state.js";
import { readStackTags, type StackTags } from "../pulumi/stack-tags.js";

/** What is known of a stack in its backend. */
export interface StackInBackend {
  /** Undefined when there is no such stack. */
  readonly state: StackState | undefined;
  readonly tags: StackTags;
}

/** Reads stacks, each once until it is run. */
export interface StackReader {
  /** Throws E_PULUMI. */
  readonly read: (ref: StackRef) => Promise<StackInBackend>;
  /** To be called after a stack was run: it is read anew. */
  readonly forget: (ref: StackRef) => void;
}

/** A reader that asks the backend by `pulumi` where it does not read files itself. */
export function openStackReader(pulumiFor: (ref: StackRef) => Promise<PulumiCli>): StackReader {
  const known = new Map<string, Promise<StackInBackend>>();
  const keyOf = ({ backendUrl, project, stack }: StackRef): string => JSON.stringify([backendUrl, project, stack]);
  const readNow = async (ref: StackRef): Promise<StackInBackend> => {
    const state = await readStackState(ref, () => pulumiFor(ref));
    return { state, tags: state === undefined ? {} : await readStackTags(ref, () => pulumiFor(ref)) };
  };
  return {
    read(ref) {
      const key = keyOf(ref);
      const found = known.get(key) ?? readNow(ref);
      known.set(key, found);
      return found;
    },
    forget: (ref) => void known.delete(keyOf(ref)),
  };
}

/** The value of a stack's output as it is in its state; undefined when it is not there. */
export function outputIn({ state }: StackInBackend, output: string): unknown {
  const outputs: JsonObject = state?.outputs ?? {};
  return Object.hasOwn(outputs, output) ? outputs[output] : undefined;
}
