import type { JsonObject } from "../base/json-fields.js";
import { Refusal } from "../base/refusal.js";
import { parseSetting, type SettingValue, settingForm, settingValues } from "../vendor/setting-table.js";
import type { SandboxControls, ServedVendor } from "./sandbox-context.js";

/** The vendor of that name. Refuses with 404 when there is none. */
export function vendorNamed(controls: SandboxControls, name = ""): ServedVendor {
  const found = controls.vendors.find(({ vendor }) => vendor.name === name);
  if (found === undefined) throw new Refusal(404, `there is no vendor "${name}"`);
  return found;
}

/** All settings: by vendor and name the value, the preset, the form and the meaning. */
export function listSettings(controls: SandboxControls): JsonObject {
  const vendors = controls.vendors.map(({ vendor }) => {
    const values = settingValues(vendor.settings, controls.settings.of(vendor.name));
    const settings = Object.entries(vendor.settings).map(([key, setting]) => {
      const { preset, meaning } = setting;
      return [key, { value: values[key], preset, form: settingForm(setting), meaning }] as const;
    });
    return [vendor.name, Object.fromEntries(settings)] as const;
  });
  return Object.fromEntries(vendors);
}

/**
 * Sets some of a vendor's settings, all or none; null puts one back to its preset.
 * Refuses with 404 an unknown vendor, with 422 an unknown setting and a value that it does not take.
 */
export function changeSettings(controls: SandboxControls, name: string | undefined, values: JsonObject): void {
  const { vendor } = vendorNamed(controls, name);
  const parsed = Object.entries(values).map(([key, value]): readonly [string, SettingValue | undefined] => {
    const setting = Object.hasOwn(vendor.settings, key) ? vendor.settings[key] : undefined;
    if (setting === undefined) throw new Refusal(422, `"${vendor.name}" has no setting "${key}"`);
    if (value === null) return [key, undefined];
    const known = parseSetting(setting, value);
    if (known === undefined) throw new Refusal(422, `${key}: expected ${settingForm(setting)}, not "${String(value)}"`);
    return [key, known];
  });
  controls.settings.change(vendor.name, Object.fromEntries(parsed));
}

/** All actions: by vendor their names, meanings and fields. */
export function listActions(controls: SandboxControls): JsonObject {
  return Object.fromEntries(
    controls.vendors.map(({ vendor }) => [
      vendor.name,
      vendor.actions.map(({ name, meaning, fields }) => ({ name, meaning, fields })),
    ]),
  );
}
