import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../../http/json.js";
import type { PulumiCli } from "../../pulumi/spawn-pulumi.js";
import { type StackRef, stackKey, stateFilePath } from "../../pulumi/stack-ref.js";
import { readStackState, type StackState } from "../../pulumi/state/stack-state.js";
import { readStackTags, type StackTags } from "../../pulumi/state/stack-tags.js";
import { openSlots } from "../../system/slots.js";

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
  /** Reads these ahead, in parallel where processes have to be started. What fails is thrown by `read`. */
  readonly readAll: (refs: Iterable<StackRef>) => Promise<void>;
  /** To be called after a stack was run: it is read anew. */
  readonly forget: (ref: StackRef) => void;
}

/** What {@link openStackReader} works with. */
interface StackReaderInput {
  /** `pulumi` for a stack, in its folder. */
  readonly pulumiFor: (ref: StackRef) => Promise<PulumiCli>;
  /** Makes a private folder, absolute, which the reader removes. */
  readonly makeFolder: () => string;
  /** Most stacks that are read by processes at once. */
  readonly parallel: number;
}

/** A reader that asks the backend by `pulumi` where it does not read files itself. */
export function openStackReader({ pulumiFor, makeFolder, parallel }: StackReaderInput): StackReader {
  const slots = openSlots(parallel);
  const known = new Map<string, Promise<StackInBackend>>();
  const readNow = async (ref: StackRef): Promise<StackInBackend> => {
    let folder: string | undefined;
    const pulumi = (): Promise<PulumiCli> => {
      if (existsSync(join(ref.dir, "Pulumi.yaml"))) return pulumiFor(ref);
      // A fresh checkout has no project, and pulumi knows no stack without one.
      folder ??= writeProject(makeFolder(), ref);
      return pulumiFor({ ...ref, dir: folder });
    };
    try {
      const state = await readStackState(ref, pulumi);
      return { state, tags: state === undefined ? {} : await readStackTags(ref, pulumi) };
    } finally {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    }
  };
  const read: StackReader["read"] = (ref) => {
    const key = stackKey(ref);
    const found = known.get(key) ?? (stateFilePath(ref) === undefined ? slots(() => readNow(ref)) : readNow(ref));
    known.set(key, found);
    return found;
  };
  return {
    read,
    readAll: async (refs) => void (await Promise.allSettled([...refs].map(read))),
    forget: (ref) => void known.delete(stackKey(ref)),
  };
}

function writeProject(folder: string, { project, backendUrl }: StackRef): string {
  const backend = `backend:\n  url: ${JSON.stringify(backendUrl)}\n`;
  const text = `name: ${JSON.stringify(project)}\nruntime: planton\n${backend}`;
  writeFileSync(join(folder, "Pulumi.yaml"), text, { mode: 0o600 });
  return folder;
}

/** The value of a stack's output as it is in its state; undefined when it is not there. */
export function outputIn({ state }: StackInBackend, output: string): unknown {
  const outputs: JsonObject = state?.outputs ?? {};
  return Object.hasOwn(outputs, output) ? outputs[output] : undefined;
}
