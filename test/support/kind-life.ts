import { join } from "node:path";
import { expect } from "vitest";
import type { PlantonBed } from "./planton-bed.js";

/** A manifest in the life of a stack; its name is that of its folder. */
export interface LifeManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: object;
  /** Further metadata. */
  readonly metadata?: object;
}

/** A stack in a folder of a bed. */
export interface KindLife {
  /** Applies a manifest; gives all that the run printed. Fails unless the run ends well. */
  up(manifest: LifeManifest, flags?: readonly string[]): Promise<string>;
  /** Fails unless a preview shows no change. */
  expectUnchanged(): Promise<void>;
  /** Outputs with secrets. */
  outputs(): Promise<Readonly<Record<string, unknown>>>;
  /** Destroys it, with what is protected. */
  destroy(): Promise<string>;
}

/** Opens a folder for the stack of a manifest. */
export function openLife(bed: PlantonBed, name: string): KindLife {
  const cwd = join(bed.folder, name);
  const run = async (args: readonly string[]): Promise<string> => {
    const ended = await bed.planton(args, { cwd });
    expect(ended.code, ended.all).toBe(0);
    return ended.all;
  };
  return {
    up({ metadata, ...manifest }, flags = []) {
      bed.write(
        `${name}/stack-input.yaml`,
        JSON.stringify({ target: { ...manifest, metadata: { name, ...metadata } } }),
      );
      return run(["pulumi", "up", "--yes", ...flags]);
    },
    async expectUnchanged() {
      await run(["pulumi", "preview", "--", "--expect-no-changes"]);
    },
    async outputs() {
      const json = await bed.pulumi(["stack", "output", "--json", "--show-secrets"], { cwd });
      expect(json.code, json.all).toBe(0);
      return JSON.parse(json.stdout) as Record<string, unknown>;
    },
    destroy: () => run(["pulumi", "destroy", "--yes", "--allow-data-loss"]),
  };
}
