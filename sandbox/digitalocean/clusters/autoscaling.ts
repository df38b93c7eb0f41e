import { type JsonObject, numberField, objectField } from "../../kit/base/json-fields.js";
import { Refusal } from "../../kit/base/refusal.js";
import { messages } from "../messages.js";
import type { DigitalOceanSettings } from "../settings.js";
import type { Cluster, StorageAutoscale } from "../state.js";
import { isCaching } from "./engines.js";

/** Limits of the API document (digitalocean/openapi 7c1300c4). */
const thresholdRange = [15, 95] as const;
const incrementRange = [10, 500] as const;

/** Values that the API returns for a cluster whose autoscaling is off, where the vendor fills them in. */
const defaults: StorageAutoscale = { enabled: false, threshold_percent: 80, increment_gib: 10 };

/** The autoscaling object of a request, under either of its names. */
export function autoscaleField(body: JsonObject): JsonObject | undefined {
  return (
    objectField(body, "storage_autoscale") ??
    objectField(body, "storage") ??
    objectField(objectField(body, "autoscale") ?? {}, "storage")
  );
}

/** Autoscaling out of a request's object; null when there is none. Refuses values out of DigitalOcean's ranges. */
export function checkAutoscale(
  storage: JsonObject | undefined,
  { autoscaleMinima }: Pick<DigitalOceanSettings, "autoscaleMinima">,
): StorageAutoscale | null {
  if (storage === undefined) return null;
  const check = (key: string, [least, most]: readonly [number, number], message: string): number => {
    const value = numberField(storage, key);
    if (value === undefined || (value === 0 && !autoscaleMinima)) return 0;
    if (value < least || value > most) throw new Refusal(422, message);
    return value;
  };
  const threshold = check("threshold_percent", thresholdRange, messages.autoscaleThreshold);
  const increment = check("increment_gib", incrementRange, messages.autoscaleIncrement);
  return {
    enabled: storage["enabled"] === true,
    ...(threshold === 0 ? {} : { threshold_percent: threshold }),
    ...(increment === 0 ? {} : { increment_gib: increment }),
  };
}

function shownAutoscale(
  { autoscale, engine }: Cluster,
  { autoscaleDefaults }: DigitalOceanSettings,
): StorageAutoscale | null {
  return autoscaleDefaults && autoscale?.enabled !== true && !isCaching(engine) ? defaults : autoscale;
}

/** Autoscaling in the object of a cluster. */
export function autoscaleFields(cluster: Cluster, settings: DigitalOceanSettings): JsonObject {
  const storage = shownAutoscale(cluster, settings);
  if (storage === null) return {};
  return {
    ...(settings.autoscaleForm === "godo" ? {} : { autoscale: { storage } }),
    ...(settings.autoscaleForm === "document" ? {} : { storage_autoscale: storage }),
  };
}

/** Body of `GET /v2/databases/:cluster/autoscale`. */
export function autoscaleResponse(cluster: Cluster, settings: DigitalOceanSettings): JsonObject {
  const storage = shownAutoscale(cluster, settings) ?? { enabled: false };
  return {
    ...(settings.autoscaleForm === "godo" ? {} : { autoscale: { storage } }),
    ...(settings.autoscaleForm === "document" ? {} : { storage }),
  };
}
