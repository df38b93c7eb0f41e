import { invalid } from "./refusals.js";
import { regionAnswer, regions } from "./regions.js";
import type { TidbRoute } from "./tidb-request.js";

const plans = ["Starter", "Essential", "Premium", "BYOC"] as const;

/** `/v1beta1/regions`: list, and the cloud providers. */
export const regionRoutes: readonly TidbRoute[] = [
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
      return { status: 200, body: { regions: wanted.map(regionAnswer) } };
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
