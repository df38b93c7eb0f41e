import { type JsonObject, numberField, stringField } from "../../kit/base/json-fields.js";
import { Refusal } from "../../kit/base/refusal.js";
import { messages } from "../messages.js";
import { baseStorageMib, type Engine, findEngine, isCaching, memoryGib, processorsOf } from "./engines.js";

const namePattern = /^[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])$/;
const uuidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const minutePattern = /^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$/;
const days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

function refuse(message: string): never {
  throw new Refusal(422, message);
}

/** True for a UUID. */
export function isUuid(text: string): boolean {
  return uuidPattern.test(text);
}

/** The name of a new cluster. Refuses other names than DigitalOcean's (no `_`: digitalocean/api-v2 #194). */
export function checkName(name: string): string {
  return namePattern.test(name) ? name : refuse(messages.clusterName);
}

/** The engine of a new cluster. Refuses unknown ones, and Redis, whose creation has ended. */
export function checkEngine(slug: string): Engine {
  const engine = findEngine(slug) ?? refuse(messages.engine);
  return engine.slug === "redis" ? refuse(messages.redisEnded) : engine;
}

/** A version of the engine; the default one when none is given. Refuses others. */
export function checkVersion(engine: Engine, version: string): string {
  if (version === "") return engine.defaultVersion;
  return engine.versions.some((entry) => entry.version === version) ? version : refuse(messages.engineVersion);
}

/** A region where the engine is offered. Refuses others. */
export function checkRegion(engine: Engine, region: string): string {
  return engine.regions.includes(region) ? region : refuse(messages.region);
}

/** Size and node count that go together. Refuses a count that the engine lacks, and a size that lacks the count. */
export function checkLayout(engine: Engine, body: JsonObject): { readonly size: string; readonly numNodes: number } {
  const size = stringField(body, "size");
  const numNodes = numberField(body, "num_nodes") ?? 0;
  const layout = engine.layouts.find(({ nodeCounts }) => nodeCounts.includes(numNodes));
  if (!engine.layouts.some(({ sizes }) => sizes.includes(size))) refuse(messages.size);
  if (layout === undefined) return refuse(messages.nodeCount);
  return layout.sizes.includes(size) ? { size, numNodes } : refuse(messages.size);
}

/** Size of a replica: any of the engine's for one node that is at least as large as `present`. Refuses others. */
export function checkReplicaSize(engine: Engine, size: string, present: string): string {
  if (!engine.layouts.some(({ nodeCounts, sizes }) => nodeCounts.includes(1) && sizes.includes(size)))
    refuse(messages.size);
  const isLarge = memoryGib(size) >= memoryGib(present) && processorsOf(size) >= processorsOf(present);
  return isLarge ? size : refuse(messages.replicaSize);
}

/**
 * Storage in MiB: what is asked, else what the size brings, never less than `presentMib`. Refuses less than the size
 * brings, a decrease, and any for engines without storage of their own.
 */
export function checkStorage(engine: Engine, size: string, body: JsonObject, presentMib = 0): number {
  const asked = numberField(body, "storage_size_mib") ?? 0;
  if (isCaching(engine.slug)) return asked === 0 ? 0 : refuse(messages.storage);
  const base = baseStorageMib(size);
  if (asked === 0) return Math.max(base, presentMib);
  if (!Number.isInteger(asked) || asked < base) refuse(messages.storage);
  return asked < presentMib ? refuse(messages.storageShrinks) : asked;
}

/** A maintenance window; the hour gets seconds. Refuses other days and hours. */
export function checkMaintenance(body: JsonObject): { readonly day: string; readonly hour: string } {
  const day = stringField(body, "day").toLowerCase();
  const hour = stringField(body, "hour");
  if (!days.includes(day)) refuse(messages.maintenanceDay);
  const parts = minutePattern.exec(hour) ?? refuse(messages.maintenanceHour);
  return { day, hour: parts[2] === undefined ? `${hour}:00` : hour };
}

/** A project id; "" when none is given. Refuses what is no UUID. */
export function checkProject(projectId: string): string {
  return projectId === "" || isUuid(projectId) ? projectId : refuse(messages.projectId);
}
