import type { Comparison, PartialValuesOf, PropertyDeclarations, ValuesOf } from "../kit/property-declaration.js";
import { matching } from "../kit/property-rules.js";
import { flag, text } from "../kit/property-types.js";
import type { PropertyMap, PropertyValue } from "../kit/property-value.js";
import { passwordRule } from "./cluster-rules.js";
import {
  clusterIdInput,
  databaseInputs,
  databaseOutputs,
  keptPassword,
  missingOutputs,
  partOwnerInput,
} from "./database-properties.js";

/** Whole seconds since 1970 of a time as RFC 3339 writes it; the API cuts the rest off (branch.swagger.json of tidbcloud-cli 19aea6a, 2026-05). */
export function secondsOf(time: PropertyValue): number {
  return Math.floor(Date.parse(String(time)) / 1000);
}

/** The API need not tell where a branch came from; what it does not tell is no difference. */
function isTold(name: string) {
  return ({ state }: Comparison): boolean => state[name] !== undefined;
}

/** Inputs of `tidbcloud.Branch`. Limits: branch.swagger.json of tidbcloud-cli 19aea6a (2026-05). */
export const branchInputs = {
  clusterId: { ...clusterIdInput, description: "Cluster to make the branch of. Another one replaces the branch." },
  displayName: {
    type: text,
    required: true,
    replace: true,
    description: "Name in the console: 1 to 64 characters. The API cannot change it: another one replaces the branch.",
    check: matching(/^[^"]{1,64}$/u, "1 to 64 characters without quotes"),
  },
  parentId: {
    type: text,
    computed: true,
    replace: true,
    managed: isTold("parentId"),
    description:
      "What to branch off: the id of a branch or of the cluster. Default: the cluster. Another one replaces.",
    check: matching(/^[A-Za-z0-9_-]{1,64}$/, "the id of a branch or of the cluster"),
  },
  parentTimestamp: {
    type: text,
    computed: true,
    replace: true,
    managed: isTold("parentTimestamp"),
    same: (old, next) => secondsOf(old) === secondsOf(next),
    description:
      "Point in time to branch off, RFC 3339, cut to seconds. Default: now. Another one replaces the branch.",
    check: matching(
      /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/,
      "a time such as 2026-05-01T12:00:00Z",
    ),
  },
  rootPassword: {
    type: text,
    secret: true,
    computed: true,
    writeOnly: true,
    description: "Password of the branch's own root user, 8 to 64 characters. Default: one is made and kept.",
    check: passwordRule,
    generate: (source) => keptPassword(source, "rootPassword"),
  },
  ...databaseInputs("branch"),
  owner: partOwnerInput,
} as const satisfies PropertyDeclarations;

/** Outputs of `tidbcloud.Branch`. */
export const branchOutputs = {
  branchId: { type: text, required: true, description: "Id of the branch within its cluster." },
  parentDisplayName: { type: text, description: "Name of what the branch was made of." },
  publicEndpointDisabled: { type: flag, description: "True: the branch is reached by private endpoints alone." },
  ...databaseOutputs("branch"),
} as const satisfies PropertyDeclarations;

/** Checked inputs of a branch. */
export type BranchInputs = ValuesOf<typeof branchInputs>;

/** State of a branch, which may be partial. */
export type BranchState = PartialValuesOf<typeof branchInputs & typeof branchOutputs>;

/** Outputs that tell that a branch cannot be used yet; empty when it can. */
export function unreadyBranchOutputs(state: PropertyMap): readonly string[] {
  return missingOutputs(state, state["publicEndpointDisabled"] === true);
}
