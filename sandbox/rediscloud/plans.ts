import { Refusal } from "../kit/base/refusal.js";
import type { PlainRoute } from "../kit/vendor/plain-collection.js";

/** An Essentials plan. */
export interface Plan {
  readonly id: number;
  readonly name: string;
  readonly price: number;
  readonly maximumDatabases: number;
  readonly cidrAllowRules: number;
  readonly supportDataPersistence: boolean;
  readonly supportReplication: boolean;
}

/** Plans of the sandbox: a free one, and two that cost something. Ids and limits of real ones differ by region and time. */
export const plans: readonly Plan[] = [
  {
    ...{ id: 34858, name: "30MB", price: 0, maximumDatabases: 1, cidrAllowRules: 1 },
    ...{ supportDataPersistence: false, supportReplication: false },
  },
  {
    ...{ id: 34859, name: "250MB", price: 5, maximumDatabases: 1, cidrAllowRules: 4 },
    ...{ supportDataPersistence: true, supportReplication: true },
  },
  {
    ...{ id: 34860, name: "1GB", price: 22, maximumDatabases: 2, cidrAllowRules: 8 },
    ...{ supportDataPersistence: true, supportReplication: true },
  },
];

const view = (plan: Plan) => ({
  ...plan,
  ...{ provider: "AWS", region: "us-east-1", regionId: 1, priceCurrency: "USD", pricePeriod: "Month" },
});

/** `/fixed/plans`, and the account with its credit card (api.redislabs.com/v1/swagger-ui, read 2026-11). */
export const planRoutes: readonly PlainRoute[] = [
  {
    method: "GET",
    path: "/rediscloud/v1/fixed/plans",
    handle: () => ({ status: 200, body: { plans: plans.map(view) } }),
  },
  {
    method: "GET",
    path: "/rediscloud/v1/fixed/plans/:plan",
    handle({ params }) {
      const plan = plans.find(({ id }) => String(id) === params["plan"]);
      if (plan === undefined) throw new Refusal(404, "Not Found");
      return { status: 200, body: view(plan) };
    },
  },
  {
    method: "GET",
    path: "/rediscloud/v1/payment-methods",
    handle: () => ({
      status: 200,
      body: { accountId: 1001, paymentMethods: [{ id: 2001, type: "Visa", creditCardEndsWith: 4242 }] },
    }),
  },
  {
    method: "GET",
    path: "/rediscloud/v1/",
    handle: () => ({ status: 200, body: { account: { id: 1001, name: "Sandbox" } } }),
  },
];
