import { defineAdjustableVendor } from "../kit/vendor/open-vendor.js";
import type { SandboxVendor } from "../kit/vendor/sandbox-vendor.js";
import { actions } from "./actions.js";
import { ownerKey } from "./api-keys.js";
import { authenticate, openGateMemory } from "./authentication/authenticate.js";
import { vendorRoutes } from "./gen/routes.js";
import { iamPrefix, isIamPath } from "./iam.js";
import { iamErrorBody, invalid, statusBody } from "./refusals.js";
import { regionResponse, regions } from "./regions.js";
import { settingTable } from "./settings.js";
import { initialState, isTidbState } from "./state.js";
import { presentClusters, type TidbRoute } from "./tidb-request.js";

const plans = ["Starter", "Essential", "Premium", "BYOC"] as const;

/** `/v1beta1/regions`: list, and the cloud providers. */
const regionRoutes: readonly TidbRoute[] = [
  {
    method: "GET",
    path: "/v1beta1/regions",
    handle: ({ query }) => {
      const provider = query.get("cloudProvider") ?? "";
      const planName = query.get("servicePlan") ?? "";
      const plan = plans.find((name) => name === planName);
      if (planName !== "" && plan === undefined) throw invalid(`servicePlan "${planName}" is unknown`);
      const wanted = regions.filter(
        ({ cloudProvider, servicePlans }) =>
          (provider === "" || cloudProvider === provider.toLowerCase()) &&
          (plan === undefined || servicePlans.some((name) => name === plan)),
      );
      return { status: 200, body: { regions: wanted.map(regionResponse) } };
    },
  },
  {
    method: "GET",
    path: "/v1beta1/regions::listCloudProviders",
    handle: () => ({
      status: 200,
      body: { cloudProviders: [...new Set(regions.map(({ cloudProvider }) => cloudProvider))] },
    }),
  },
];

/**
 * The stand-in of TiDB Cloud's Serverless API v1beta1 and of its IAM API, as the specifications of
 * tidbcloud/tidbcloud-cli 19aea6a (2026-05-07) have them. The IAM API, of another host at the vendor, is below
 * `/tidbcloud-iam`.
 */
export const tidbCloudVendor: SandboxVendor = defineAdjustableVendor({
  name: "tidbcloud",
  pathPrefixes: ["/v1beta1", iamPrefix],
  settings: settingTable,
  openMemory: openGateMemory,
  routes: [...vendorRoutes, ...regionRoutes],
  actions,
  initialState,
  acceptsState: isTidbState,
  authenticate,
  callerHeaders: ({ headers }) => headers,
  callerName: ({ key }) => key.name,
  errorBody: statusBody,
  errorBodyAt: (path) => (isIamPath(path) ? iamErrorBody : undefined),
  headers: (requestId) => ({ "x-debug-trace-id": requestId.replaceAll("-", "") }),
  // A Starter cluster takes some 30 seconds (pingcap/docs pull request 11125).
  realRanges: { create: [25_000, 35_000], change: [10_000, 20_000], leave: [5000, 10_000] },
  countObjects(state, nowMs) {
    const clusters = presentClusters({ state, nowMs });
    const count = (length: (cluster: (typeof clusters)[number]) => number): number =>
      clusters.reduce((sum, cluster) => sum + length(cluster), 0);
    return {
      clusters: clusters.length,
      branches: count(({ branches }) => branches.length),
      sqlUsers: count(({ sqlUsers }) => sqlUsers.length),
    };
  },
  environment: (baseUrl) => ({
    TIDBCLOUD_PUBLIC_KEY: ownerKey.publicKey,
    TIDBCLOUD_PRIVATE_KEY: ownerKey.privateKey,
    TIDBCLOUD_SERVERLESS_ENDPOINT: baseUrl,
    TIDBCLOUD_IAM_ENDPOINT: `${baseUrl}${iamPrefix}`,
  }),
});
