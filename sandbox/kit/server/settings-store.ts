import { readFileSync } from "node:fs";
import { isJsonObject, type JsonObject, numberField, objectField } from "../base/json-fields.js";
import { writeFileAtomic } from "../base/write-file-atomic.js";
import type { SettingValue } from "../vendor/setting-table.js";

/** What was set on a sandbox: the vendors' settings and its clock. Every change is on disk before the call returns. */
export interface SettingsStore {
  /** What was set for a vendor; settings at their presets are absent. */
  readonly of: (vendor: string) => JsonObject;
  /** Sets some of a vendor's settings; undefined puts one back to its preset. */
  readonly change: (vendor: string, values: Readonly<Record<string, SettingValue | undefined>>) => void;
  /** Milliseconds by which the sandbox's clock is ahead. */
  readonly aheadMs: () => number;
  /** Moves the clock on. */
  readonly pass: (ms: number) => void;
  /** Everything back to the presets; of one vendor only when it is named, and then not the clock. */
  readonly reset: (vendor?: string) => void;
}

interface Stored {
  readonly aheadMs: number;
  readonly vendors: Readonly<Record<string, JsonObject>>;
}

const nothing: Stored = { aheadMs: 0, vendors: {} };

/** Opens the settings kept in a file; a file that is absent or unreadable holds none, since they are only tests' tools. */
export function openSettings(file: string): SettingsStore {
  let stored = read(file);
  const store = (next: Stored): void => {
    writeFileAtomic(file, JSON.stringify(next));
    stored = next;
  };
  return {
    of: (vendor) => stored.vendors[vendor] ?? {},
    change(vendor, values) {
      const merged = Object.entries({ ...stored.vendors[vendor], ...values });
      const kept = Object.fromEntries(merged.filter(([, value]) => value !== undefined));
      store({ ...stored, vendors: { ...stored.vendors, [vendor]: kept } });
    },
    aheadMs: () => stored.aheadMs,
    pass: (ms) => store({ ...stored, aheadMs: stored.aheadMs + ms }),
    reset(vendor) {
      store(vendor === undefined ? nothing : { ...stored, vendors: { ...stored.vendors, [vendor]: {} } });
    },
  };
}

function read(file: string): Stored {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // Losing what tests set is less bad than a sandbox that does not start.
    return nothing;
  }
  if (!isJsonObject(value)) return nothing;
  const vendors = Object.entries(objectField(value, "vendors") ?? {});
  const objects = vendors.flatMap(([name, settings]) => (isJsonObject(settings) ? [[name, settings] as const] : []));
  return { aheadMs: numberField(value, "aheadMs") ?? 0, vendors: Object.fromEntries(objects) };
}
