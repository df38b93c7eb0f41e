import { stringField } from "../kit/base/json-fields.js";
import { Refusal } from "../kit/base/refusal.js";
import type { VendorAction } from "../kit/vendor/sandbox-vendor.js";
import { changeSecrets } from "./change-secrets.js";
import { configNames, type DopplerState } from "./secrets.js";

const place = { config: `${configNames.join(" or ")}`, name: "name of the secret" };

function configIn(fields: Parameters<typeof stringField>[0]): string {
  const config = stringField(fields, "config");
  if (!configNames.includes(config)) throw new Refusal(422, `there is no config "${config}"`);
  return config;
}

/** What people do in Doppler's dashboard. */
export const actions: readonly VendorAction<DopplerState, unknown>[] = [
  {
    name: "set-secret",
    meaning: "a secret set in the dashboard",
    fields: {
      ...place,
      value: "its value",
      visibility: "default: as it was, or masked; else masked, unmasked or restricted",
    },
    handle({ state }, fields) {
      const [config, name] = [configIn(fields), stringField(fields, "name")];
      const request = {
        name,
        originalName: null,
        value: stringField(fields, "value"),
        visibility: fields["visibility"],
      };
      changeSecrets({ state, config, newOverOld: "overwrites" }, { change_requests: [request] });
      return { config, name };
    },
  },
  {
    name: "delete-secret",
    meaning: "a secret deleted in the dashboard",
    fields: place,
    handle({ state }, fields) {
      const [config, name] = [configIn(fields), stringField(fields, "name")];
      changeSecrets(
        { state, config, newOverOld: "overwrites" },
        { change_requests: [{ name, originalName: name, shouldDelete: true }] },
      );
      return { config, name };
    },
  },
];
