import { type JsonObject, textField } from "../kit/base/json-fields.js";
import { Refusal } from "../kit/base/refusal.js";
import type { VendorAction } from "../kit/vendor/sandbox-vendor.js";
import { checkDisplayName, checkProject } from "./check-cluster.js";
import { createCluster } from "./create-cluster.js";
import { isPassword } from "./root-password.js";
import type { TidbSettings } from "./settings.js";
import type { TidbState } from "./state.js";
import { clusterWithId } from "./tidb-request.js";

const clusterId = "id of the cluster";
const states = ["ACTIVE", "INACTIVE", "MAINTENANCE", "PAUSED", "RESTORING", "MODIFYING", "CREATING"];

/** What can happen in TiDB Cloud other than through the API. */
export const actions: readonly VendorAction<TidbState, TidbSettings>[] = [
  {
    name: "create-cluster",
    meaning: "a cluster made in the console",
    fields: { displayName: "its name", region: "such as aws-us-west-2", projectId: "default: the default project" },
    handle(workshop, fields) {
      const projectId = textField(fields, "projectId");
      const body: JsonObject = {
        displayName: textField(fields, "displayName"),
        region: { name: `regions/${textField(fields, "region").replace(/^regions\//, "")}` },
        ...(projectId === "" ? {} : { labels: { "tidb.cloud/project": projectId } }),
      };
      return { clusterId: createCluster(workshop, body, "someone@sandbox.invalid").clusterId };
    },
  },
  {
    name: "rename-cluster",
    meaning: "a cluster renamed in the console",
    fields: { clusterId, displayName: "its new name" },
    handle(workshop, fields) {
      const cluster = clusterWithId(workshop, textField(fields, "clusterId"));
      cluster.displayName = checkDisplayName(fields);
      return { clusterId: cluster.clusterId };
    },
  },
  {
    name: "move-cluster",
    meaning: "a cluster moved to another project in the console",
    fields: { clusterId, projectId: "id of the project" },
    handle(workshop, fields) {
      const cluster = clusterWithId(workshop, textField(fields, "clusterId"));
      cluster.projectId = checkProject(workshop, textField(fields, "projectId"));
      return { clusterId: cluster.clusterId, projectId: cluster.projectId };
    },
  },
  {
    name: "remove-cluster",
    meaning: "a cluster that is gone at once",
    fields: { clusterId },
    handle(workshop, fields) {
      const cluster = clusterWithId(workshop, textField(fields, "clusterId"));
      workshop.state.clusters = workshop.state.clusters.filter((entry) => entry !== cluster);
      return { clusterId: cluster.clusterId };
    },
  },
  {
    name: "set-state",
    meaning: "a cluster that stays in a state",
    fields: { clusterId, state: `${states.join(", ")}, or any other name; none: its own again` },
    handle(workshop, fields) {
      const cluster = clusterWithId(workshop, textField(fields, "clusterId"));
      const state = textField(fields, "state");
      if (!/^[A-Za-z_]{1,40}$/.test(state)) throw new Refusal(422, `"${state}" is not the name of a state`);
      cluster.forcedState = state === "none" ? null : state;
      return { clusterId: cluster.clusterId };
    },
  },
  {
    name: "check-password",
    meaning: "tells whether a password is the root user's",
    fields: { clusterId, password: "the password to try" },
    handle(workshop, fields) {
      const { rootPassword } = clusterWithId(workshop, textField(fields, "clusterId"));
      return { right: rootPassword !== null && isPassword(textField(fields, "password"), rootPassword) };
    },
  },
];
