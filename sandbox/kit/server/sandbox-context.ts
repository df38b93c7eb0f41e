import type { Pace } from "../base/pace.js";
import type { RequestCounts } from "../base/request-counts.js";
import type { SandboxFiles } from "../base/sandbox-files.js";
import type { FaultList } from "../faults/fault-list.js";
import type { OpenVendor, SandboxVendor } from "../vendor/sandbox-vendor.js";
import type { SettingsStore } from "./settings-store.js";

/** A vendor and its opened file. */
export interface ServedVendor {
  readonly vendor: SandboxVendor;
  readonly open: OpenVendor;
}

/** What the routes under `/_sandbox` may read and change. */
export interface SandboxControls {
  readonly files: SandboxFiles;
  readonly adminToken: string;
  readonly vendors: readonly ServedVendor[];
  readonly faults: FaultList;
  readonly settings: SettingsStore;
  /** The sandbox's own clock. */
  readonly nowMs: () => number;
  pace: Pace;
  counts: RequestCounts;
}
