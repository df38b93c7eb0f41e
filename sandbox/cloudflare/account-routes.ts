import { cutPage } from "../kit/vendor/paging.js";
import type { CloudflareRoute, Request } from "./cloudflare-request.js";
import { cloudflareForm, refusal, success } from "./envelope.js";

function accountView(account: { readonly id: string; readonly name: string }): unknown {
  const settings = { enforce_twofactor: false, abuse_contact_email: null };
  return { ...account, type: "standard", settings, created_on: "2026-01-02T03:04:05.000000Z" };
}

function listAccounts(request: Request) {
  const page = cutPage(request.caller.accounts, request, cloudflareForm.paging);
  const name = request.query.get("name");
  const items = page.items.filter((account) => name === null || account.name === name).map(accountView);
  return { status: 200, ...cloudflareForm.list("accounts", { ...page, items }, request) };
}

function getAccount({ caller, params }: Request) {
  const account = caller.accounts.find(({ id }) => id === params["account"]);
  if (account === undefined) throw refusal(403, 9109, "Unauthorized to access requested resource");
  return success(accountView(account));
}

/** `/accounts` and `/user/tokens/verify`: what the credentials see (OpenAPI document of 2024-08, read 2026-11). */
export const accountRoutes: readonly CloudflareRoute[] = [
  { method: "GET", path: "/client/v4/accounts", handle: listAccounts },
  { method: "GET", path: "/client/v4/accounts/:account", handle: getAccount },
  {
    method: "GET",
    path: "/client/v4/user/tokens/verify",
    handle({ caller }) {
      if (caller.tokenId === "") throw refusal(400, 6003, "Invalid request headers");
      return success({ id: caller.tokenId, status: "active" });
    },
  },
];
