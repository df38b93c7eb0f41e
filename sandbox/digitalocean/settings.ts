import { booleanSetting, choiceSetting, type SettingValues } from "../kit/vendor/setting-table.js";

/**
 * Where DigitalOcean's behaviour is not known: its API document (digitalocean/openapi 7c1300c4) and its Go client
 * (digitalocean/godo v1.202.0) differ or say nothing, and nobody asked the real API. The presets are a guess.
 */
export const settingTable = {
  duplicateClusterNames: choiceSetting(
    ["allowed", "refused"],
    "refused: 422 for a cluster name that is in use (not known; no document says that names are unique)",
  ),
  newReplicas: choiceSetting(
    ["hidden", "shown"],
    "hidden: 404, and in no list, until a new replica is online (digitalocean/api-v2 #200, terraform-provider #906); " +
      "shown: with the status forking, as the document says",
  ),
  poolReferences: choiceSetting(
    ["error", "refused"],
    "a pool of a user or a database that is not there: error: 500 (terraform-provider-digitalocean #381); refused: 422",
  ),
  autoscaleForm: choiceSetting(
    ["both", "document", "godo"],
    "where responses hold autoscaling (not known): document: autoscale.storage; godo: storage_autoscale, or storage",
  ),
  autoscaleDefaults: booleanSetting(
    false,
    "responses show enabled false, 80 % and 10 GiB when autoscaling is off (not known); else only what was set",
  ),
  autoscaleMinima: booleanSetting(
    false,
    "a threshold below 15 % or an increment below 10 GiB is refused even when it is 0 or autoscaling is off (not known)",
  ),
};

/** Values of {@link settingTable}. */
export type DigitalOceanSettings = SettingValues<typeof settingTable>;
