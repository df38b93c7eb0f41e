import type { DigitalOceanRoute } from "../account-request.js";

/** `/v2/account`: who the token belongs to. */
export const accountRoutes: readonly DigitalOceanRoute[] = [
  {
    method: "GET",
    path: "/v2/account",
    handle: ({ caller: { account } }) => ({
      status: 200,
      body: {
        account: {
          droplet_limit: 25,
          floating_ip_limit: 5,
          reserved_ip_limit: 5,
          volume_limit: 100,
          email: account.email,
          name: account.name,
          uuid: account.uuid,
          email_verified: true,
          status: "active",
          status_message: "",
          team: { uuid: account.teamUuid, name: account.teamName },
        },
      },
    }),
  },
];
