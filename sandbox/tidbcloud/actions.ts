import { type JsonObject, stringField } from "../kit/base/json-fields.js";
import { Refusal } from "../kit/base/refusal.js";
import type { VendorAction } from "../kit/vendor/sandbox-vendor.js";
import { checkDisplayName, checkProject, createCluster } from "./clusters/create-cluster.js";
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
    fields: {
      ...{ displayName: "its name", region: "such as aws-us-west-2", projectId: "default: the default project" },
      ...{ clusterId: "default: a new one", userPrefix: "default: a new one" },
    },
    handle(workshop, fields) {
      const projectId = stringField(fields, "projectId");
      const [id, prefix] = [stringField(fields, "clusterId"), stringField(fields, "userPrefix")];
      if (!/^[0-9]{0,20}$/.test(id)) throw new Refusal(422, `"${id}" is not the id of a cluster`);
      if (!/^[A-Za-z0-9]{0,15}$/.test(prefix)) throw new Refusal(422, `"${prefix}" is not a prefix`);
      const given = { ...(id === "" ? {} : { clusterId: id }), ...(prefix === "" ? {} : { userPrefix: prefix }) };
      const body: JsonObject = {
        displayName: stringField(fields, "displayName"),
        region: { name: `regions/${stringField(fields, "region").replace(/^regions\//, "")}` },
        ...(projectId === "" ? {} : { labels: { "tidb.cloud/project": projectId } }),
      };
      return { clusterId: createCluster(workshop, body, { createdBy: "someone@sandbox.invalid", ...given }).clusterId };
    },
  },
  {
    name: "rename-cluster",
    meaning: "a cluster renamed in the console",
    fields: { clusterId, displayName: "its new name" },
    handle(workshop, fields) {
      const cluster = clusterWithId(workshop, stringField(fields, "clusterId"));
      cluster.displayName = checkDisplayName(fields);
      return { clusterId: cluster.clusterId };
    },
  },
  {
    name: "move-cluster",
    meaning: "a cluster moved to another project in the console",
    fields: { clusterId, projectId: "id of the project" },
    handle(workshop, fields) {
      const cluster = clusterWithId(workshop, stringField(fields, "clusterId"));
      cluster.projectId = checkProject(workshop, stringField(fields, "projectId"));
      return { clusterId: cluster.clusterId, projectId: cluster.projectId };
    },
  },
  {
    name: "remove-cluster",
    meaning: "a cluster that is gone at once",
    fields: { clusterId },
    handle(workshop, fields) {
      const cluster = clusterWithId(workshop, stringField(fields, "clusterId"));
      workshop.state.clusters = workshop.state.clusters.filter((entry) => entry !== cluster);
      return { clusterId: cluster.clusterId };
    },
  },
  {
    name: "set-state",
    meaning: "a cluster that stays in a state",
    fields: { clusterId, state: `${states.join(", ")}, or any other name; none: its own again` },
    handle(workshop, fields) {
      const cluster = clusterWithId(workshop, stringField(fields, "clusterId"));
      const state = stringField(fields, "state");
      if (!/^[A-Za-z_]{1,40}$/.test(state)) throw new Refusal(422, `"${state}" is not the name of a state`);
      cluster.forcedState = state === "none" ? null : state;
      return { clusterId: cluster.clusterId };
    },
  },
  {
    name: "check-password",
    meaning: "shows whether a password is that of a cluster's root user, of a branch's, or of another user",
    fields: {
      ...{ clusterId, branchId: "id of a branch of it", userName: "name with the prefix" },
      password: "the password to try",
    },
    handle(workshop, fields) {
      const cluster = clusterWithId(workshop, stringField(fields, "clusterId"));
      const [branchId, userName] = [stringField(fields, "branchId"), stringField(fields, "userName")];
      const user = cluster.sqlUsers.find((entry) => entry.userName === userName);
      const database = branchId === "" ? cluster : cluster.branches.find((entry) => entry.branchId === branchId);
      const password = userName === "" ? database?.rootPassword : user?.password;
      return { right: password ? isPassword(stringField(fields, "password"), password) : false };
    },
  },
];
