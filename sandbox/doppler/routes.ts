import { stringField } from "../kit/base/json-fields.js";
import { Refusal } from "../kit/base/refusal.js";
import type { Route, VendorRequest, VendorResponse } from "../kit/vendor/sandbox-vendor.js";
import type { SettingValues } from "../kit/vendor/setting-table.js";
import { changeSecrets } from "./change-secrets.js";
import { messages, noAccess, noPlace } from "./messages.js";
import { configNames, type DopplerState, projectName, secretsOf, shownSecret } from "./secrets.js";
import type { settingTable } from "./settings.js";
import type { DopplerCaller } from "./tokens.js";

type Settings = SettingValues<typeof settingTable>;
type Request = VendorRequest<DopplerState, DopplerCaller, Settings>;

/**
 * The config that a request is about. A service token knows its own: without the parameters that one is meant, another
 * one is refused, there or not.
 */
function configOf({ caller }: Request, asked: { readonly project: string; readonly config: string }): string {
  const parts = ["project", "config"] as const;
  if (caller.config !== undefined) {
    const own = { project: projectName, config: caller.config };
    const wrong = parts.find((what) => asked[what] !== "" && asked[what] !== own[what]);
    if (wrong !== undefined) throw new Refusal(400, noAccess(wrong, asked[wrong]));
    return own.config;
  }
  const missing = parts.find((what) => asked[what] === "");
  if (missing !== undefined) throw new Refusal(400, `${missing} is required`);
  if (asked.project !== projectName) throw new Refusal(404, noPlace("project", asked.project));
  if (!configNames.includes(asked.config)) throw new Refusal(404, noPlace("config", asked.config));
  return asked.config;
}

function askedIn(query: URLSearchParams): { readonly project: string; readonly config: string } {
  return { project: query.get("project") ?? "", config: query.get("config") ?? "" };
}

/** As text, not as body: bodies are in the request log. */
function unlogged(body: unknown): VendorResponse {
  return { status: 200, text: JSON.stringify(body) };
}

/** A secret that is not there is a success with nulls (DopplerHQ/terraform-provider-doppler #138, 2025-05). */
function retrieve(request: Request): VendorResponse {
  const config = configOf(request, askedIn(request.query));
  const name = request.query.get("name");
  if (!name) throw new Refusal(400, messages.name);
  const value = shownSecret(secretsOf(request.state, config), name, request.caller);
  return unlogged({ name, value, success: true });
}

function listNames(request: Request): VendorResponse {
  const names = [...secretsOf(request.state, configOf(request, askedIn(request.query))).keys()].sort();
  return { status: 200, body: { names, success: true } };
}

/** A response to a change contains less than one to a read (OpenAPI 1.0.0 of DopplerHQ's documentation, read 2026-11). */
function writeResult({ raw, computed, note }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { raw, computed, note };
}

function update(request: Request): VendorResponse {
  const { body, state, caller, settings } = request;
  const config = configOf(request, { project: stringField(body, "project"), config: stringField(body, "config") });
  if (!caller.mayWrite) throw new Refusal(403, messages.readOnly);
  changeSecrets({ state, config, newOverOld: settings.newOverOld }, body);
  const all = secretsOf(state, config);
  const secrets = Object.fromEntries(
    [...all.keys()].map((name) => [name, writeResult(shownSecret(all, name, caller))]),
  );
  return unlogged({ secrets, success: true });
}

function me({ caller }: Request): VendorResponse {
  const { name, token, type } = caller;
  const workplace = { name: "Sandbox", slug: "planton-sandbox" };
  const preview = `${token.slice(0, token.lastIndexOf(".") + 1)}...${token.slice(-4)}`;
  return unlogged({ workplace, type, token_preview: preview, name, slug: `sandbox-${name}`, success: true });
}

/** The routes. */
export const routes: readonly Route<DopplerState, DopplerCaller, Settings>[] = [
  { method: "GET", path: "/v3/me", handle: me },
  { method: "GET", path: "/v3/configs/config/secret", handle: retrieve },
  { method: "GET", path: "/v3/configs/config/secrets/names", handle: listNames },
  { method: "POST", path: "/v3/configs/config/secrets", handle: update },
];
