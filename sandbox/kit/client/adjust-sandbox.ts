import {
  isJsonObject,
  type JsonObject,
  numberField,
  objectField,
  objectList,
  stringField,
} from "../base/json-fields.js";
import type { RequestCounts } from "../base/request-counts.js";
import type { SettingValue } from "../vendor/setting-table.js";
import { callAdmin } from "./call-admin.js";
import { runningRecord } from "./sandbox-client.js";

/** One setting of a vendor's stand-in. */
export interface ListedSetting {
  readonly value: SettingValue;
  readonly preset: SettingValue;
  /** What it takes: `one of "a", "b"`. */
  readonly form: string;
  readonly meaning: string;
}

/** Settings by vendor and name. */
export type ListedSettings = Readonly<Record<string, Readonly<Record<string, ListedSetting>>>>;

/** Something that can happen to a vendor's objects other than through its API. */
export interface ListedAction {
  readonly name: string;
  readonly meaning: string;
  /** What it takes, and what that means. */
  readonly fields: Readonly<Record<string, string>>;
}

/** All settings of the running sandbox. Throws E_SANDBOX when it is not running. */
export async function listSettings(home: string): Promise<ListedSettings> {
  return settingsOf(await callAdmin(await runningRecord(home), "GET", "settings"));
}

/** What {@link changeSettings} sets. */
export interface SettingsChange {
  readonly vendor: string;
  /** Values or strings of them; null: back to the preset. */
  readonly values: Readonly<Record<string, SettingValue | null>>;
}

/** Sets some of a vendor's settings, all or none. Throws E_SANDBOX when one is unknown or does not take its value. */
export async function changeSettings(home: string, { vendor, values }: SettingsChange): Promise<ListedSettings> {
  const path = `settings/${encodeURIComponent(vendor)}`;
  return settingsOf(await callAdmin(await runningRecord(home), "PUT", path, values));
}

/** Puts all settings of a vendor back to their presets. Throws E_SANDBOX when there is no such vendor. */
export async function resetSettings(home: string, vendor: string): Promise<ListedSettings> {
  return settingsOf(await callAdmin(await runningRecord(home), "DELETE", `settings/${encodeURIComponent(vendor)}`));
}

/** The actions of the vendors, by vendor. Throws E_SANDBOX when the sandbox is not running. */
export async function listActions(home: string): Promise<Readonly<Record<string, readonly ListedAction[]>>> {
  const actions = objectField(await callAdmin(await runningRecord(home), "GET", "actions"), "actions") ?? {};
  return Object.fromEntries(
    Object.keys(actions).map((vendor) => [
      vendor,
      (objectList(actions, vendor) ?? []).map((action) => ({
        name: stringField(action, "name"),
        meaning: stringField(action, "meaning"),
        fields: stringsOf(objectField(action, "fields") ?? {}),
      })),
    ]),
  );
}

/** What {@link runAction} runs. */
export interface ActionCall {
  readonly vendor: string;
  readonly name: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Runs an action and gives its result. Throws E_SANDBOX with the reason when it cannot be done. */
export async function runAction(home: string, { vendor, name, fields }: ActionCall): Promise<JsonObject> {
  const path = ["actions", vendor, name].map(encodeURIComponent).join("/");
  return objectField(await callAdmin(await runningRecord(home), "POST", path, fields), "result") ?? {};
}

/**
 * Moves the sandbox's clock on. Gives by how many milliseconds it is ahead now. Throws E_SANDBOX when it is not
 * running.
 */
export async function passTime(home: string, ms: number): Promise<number> {
  const response = await callAdmin(await runningRecord(home), "POST", "clock", { passMs: ms });
  return numberField(response, "aheadMs") ?? 0;
}

/** Numbers of requests since the process started, by vendor, caller and status. Throws E_SANDBOX when it is not running. */
export async function readCounts(home: string): Promise<RequestCounts> {
  const counts = objectField(await callAdmin(await runningRecord(home), "GET", "counts"), "counts") ?? {};
  // The sandbox counted them in this very form.
  return counts as RequestCounts;
}

function settingsOf(response: JsonObject): ListedSettings {
  const vendors = objectField(response, "settings") ?? {};
  return Object.fromEntries(
    Object.keys(vendors).map((vendor) => {
      const settings = Object.entries(objectField(vendors, vendor) ?? {});
      return [vendor, Object.fromEntries(settings.map(([key, value]) => [key, settingOf(value)]))];
    }),
  );
}

function settingOf(value: unknown): ListedSetting {
  const object = isJsonObject(value) ? value : {};
  return {
    value: settingValueOf(object["value"]),
    preset: settingValueOf(object["preset"]),
    form: stringField(object, "form"),
    meaning: stringField(object, "meaning"),
  };
}

function settingValueOf(value: unknown): SettingValue {
  return typeof value === "boolean" || typeof value === "number" ? value : String(value);
}

function stringsOf(object: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(object).map((key) => [key, stringField(object, key)]));
}
