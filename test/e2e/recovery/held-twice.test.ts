import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { vpcInput } from "../../support/kinds/stack-inputs.js";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

interface Exported {
  readonly version: number;
  readonly deployment: { readonly resources: readonly Held[] };
}

interface Held {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly delete?: boolean;
}

const vpcType = "digitalocean:index/vpc:Vpc";

async function openStack(name: string) {
  const cwd = join(bed.folder, name);
  bed.write(`${name}/stack-input.yaml`, vpcInput({ name }));
  const made = await bed.planton(["pulumi", "up", "--yes"], { cwd });
  expect(made.code, made.all).toBe(0);
  const exportState = async (): Promise<Exported> =>
    JSON.parse((await bed.pulumi(["stack", "export"], { cwd })).stdout) as Exported;
  return {
    planton: (...words: string[]) => bed.planton(["pulumi", ...words], { cwd }),
    pulumi: (...words: string[]) => bed.pulumi(words, { cwd }),
    vpcs: async () => (await exportState()).deployment.resources.filter(({ type }) => type === vpcType),
    /** Puts a second entry of the VPC into the state. */
    async holdTwice(change: Partial<Held>): Promise<void> {
      const { deployment, ...rest } = await exportState();
      const resources = deployment.resources.flatMap((held) =>
        held.type === vpcType ? [held, { ...held, ...change }] : [held],
      );
      const file = bed.write(
        `${name}/state.json`,
        JSON.stringify({ ...rest, deployment: { ...deployment, resources } }),
      );
      const imported = await bed.pulumi(["stack", "import", "--file", file], { cwd });
      expect(imported.code, imported.all).toBe(0);
    },
  };
}

test("what a replacement has left to be deleted is not deleted while it is in use", async () => {
  const stack = await openStack("replaced");
  const [vpc] = await stack.vpcs();
  await stack.holdTwice({ delete: true });
  const plain = await stack.pulumi("up", "--yes");
  expect(plain.code).not.toBe(0);
  expect(plain.all).toContain("[E_PENDING_OPERATIONS]");
  expect(plain.all).toContain("planton pulumi recover");
  const up = await stack.planton("up", "--yes");
  expect(up.code, up.all).toBe(0);
  expect(up.all).toContain(`no longer to be deleted, as it is in use: Vpc "${vpc?.id}"`);
  expect((await stack.vpcs()).map(({ id, delete: leaves }) => [id, leaves])).toEqual([[vpc?.id, undefined]]);
  const refreshed = await stack.planton("refresh", "--yes");
  expect(refreshed.code, refreshed.all).toBe(0);
  expect((await stack.vpcs()).map(({ id }) => id)).toEqual([vpc?.id]);
  const destroyed = await stack.planton("destroy", "--yes");
  expect(destroyed.code, destroyed.all).toBe(0);
});

test("a resource under two names is not deleted under the one that the program has no more", async () => {
  const stack = await openStack("renamed");
  const [vpc] = await stack.vpcs();
  const urn = `${vpc?.urn}-before`;
  await stack.holdTwice({ urn });
  for (const up of [await stack.planton("up", "--yes"), await stack.pulumi("up", "--yes")]) {
    expect(up.code).not.toBe(0);
    expect(up.all).toContain("[E_PENDING_OPERATIONS]");
    expect(up.all).toContain(urn);
  }
  const dropped = await stack.pulumi("state", "delete", urn, "--yes");
  expect(dropped.code, dropped.all).toBe(0);
  const recovered = await stack.planton("up", "--yes");
  expect(recovered.code, recovered.all).toBe(0);
  expect(recovered.all).toContain("3 unchanged");
});
