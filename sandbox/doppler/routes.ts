import { createHash } from "node:crypto";
import { stringField } from "../kit/base/json-fields.js";
import { Refusal } from "../kit/base/refusal.js";
import type { Route, VendorRequest, VendorResponse } from "../kit/vendor/sandbox-vendor.js";
import type { SettingValues } from "../kit/vendor/setting-table.js";
import { changeSecrets } from "./change-secrets.js";
import { downloadFormats } from "./download-formats.js";
import { badFormat, messages, noAccess, noPlace, notBoolean } from "./messages.js";
import {
  configNames,
  type DopplerSecret,
  type DopplerState,
  managedNames,
  projectName,
  secretsOf,
  shownSecret,
} from "./secrets.js";
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

/** True or false of a parameter; refuses what is neither. */
function flagOf(query: URLSearchParams, name: string, preset: boolean): boolean {
  const text = query.get(name) ?? "";
  if (!["", "true", "false"].includes(text)) throw new Refusal(400, notBoolean(name));
  return text === "" ? preset : text === "true";
}

/**
 * The names that a request asks for: `secrets` is a list of them, `include_managed_secrets` false leaves Doppler's own out.
 * Names that are not there are passed over. The sandbox has no dynamic secrets: including them changes nothing.
 */
function chosenNames({ query }: Request, all: ReadonlyMap<string, DopplerSecret>): readonly string[] {
  flagOf(query, "include_dynamic_secrets", false);
  const withManaged = flagOf(query, "include_managed_secrets", true);
  const wanted = query.get("secrets");
  const chosen = wanted === null || wanted === "" ? undefined : wanted.split(",").map((name) => name.trim());
  return [...all.keys()]
    .filter((name) => chosen?.includes(name) !== false && (withManaged || !managedNames.includes(name)))
    .sort();
}

function listNames(request: Request): VendorResponse {
  const names = chosenNames(request, secretsOf(request.state, configOf(request, askedIn(request.query))));
  return { status: 200, body: { names, success: true } };
}

function list(request: Request): VendorResponse {
  const all = secretsOf(request.state, configOf(request, askedIn(request.query)));
  const secrets = chosenNames(request, all).map((name) => [name, shownSecret(all, name, request.caller)] as const);
  return unlogged({ secrets: Object.fromEntries(secrets), success: true });
}

/**
 * The values that programs get, as `doppler run` and `doppler secrets download` ask for them. A person's token is refused
 * when one of them is restricted (docs.doppler.com, "Secret Visibility", read 2026-11).
 */
function download(request: Request): VendorResponse {
  const { query, caller, headers } = request;
  const all = secretsOf(request.state, configOf(request, askedIn(query)));
  const format = downloadFormats.get(query.get("format") || "json");
  if (format === undefined) throw new Refusal(400, badFormat([...downloadFormats.keys()]));
  if (query.get("name_transformer")) throw new Refusal(400, messages.transformer);
  const values = chosenNames(request, all).map((name) => [name, shownSecret(all, name, caller)["computed"]] as const);
  const shown = values.flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as const] : []));
  if (shown.length < values.length) throw new Refusal(403, messages.restricted);
  const text = format.write(shown);
  const etag = `"${createHash("sha256").update(text).digest("hex")}"`;
  if (headers["if-none-match"] === etag) return { status: 304, headers: { etag } };
  return { status: 200, text, headers: { etag, "content-type": `${format.type}; charset=utf-8` } };
}

/** A response to a change contains less than one to a read (OpenAPI 1.0.0 of DopplerHQ's documentation, read 2026-11). */
function writeResult({ raw, computed, note }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { raw, computed, note };
}

function update(request: Request): VendorResponse {
  const { body, state, caller, settings } = request;
  const inQuery = askedIn(request.query);
  // Doppler's CLI names them in the query, its documentation in the body.
  const config = configOf(request, {
    project: stringField(body, "project") || inQuery.project,
    config: stringField(body, "config") || inQuery.config,
  });
  if (!caller.mayWrite) throw new Refusal(403, messages.readOnly);
  changeSecrets({ state, config, newOverOld: settings.newOverOld }, body);
  const all = secretsOf(state, config);
  const secrets = Object.fromEntries(
    [...all.keys()].map((name) => [name, writeResult(shownSecret(all, name, caller))]),
  );
  return unlogged({ secrets, success: true });
}

// A token of the sandbox is as old as the sandbox.
const madeAt = "2026-01-02T03:04:05.000Z";

/** Doppler's documentation names `principal` (reference "Me", read 2026-11); what is in it is a guess. */
function me({ caller, nowMs }: Request): VendorResponse {
  const { name, token, type } = caller;
  const workplace = { name: "Sandbox", slug: "planton-sandbox" };
  const preview = `${token.slice(0, token.lastIndexOf(".") + 1)}...${token.slice(-4)}`;
  const slug = `sandbox-${name}`;
  return unlogged({
    workplace,
    type,
    token_preview: preview,
    name,
    slug,
    created_at: madeAt,
    last_seen_at: new Date(nowMs).toISOString(),
    principal: { type, slug, name },
    success: true,
  });
}

/** The routes. */
export const routes: readonly Route<DopplerState, DopplerCaller, Settings>[] = [
  { method: "GET", path: "/v3/me", handle: me },
  { method: "GET", path: "/v3/configs/config/secret", handle: retrieve },
  { method: "GET", path: "/v3/configs/config/secrets/names", handle: listNames },
  { method: "GET", path: "/v3/configs/config/secrets/download", handle: download },
  { method: "GET", path: "/v3/configs/config/secrets", handle: list },
  { method: "POST", path: "/v3/configs/config/secrets", handle: update },
];
