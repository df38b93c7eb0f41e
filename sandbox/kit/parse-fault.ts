import type { FaultInit } from "./fault-list.js";
import { booleanField, type JsonObject, numberField, textField } from "./json-fields.js";

const effects = ["reset", "lostAnswer", "cutAnswer", "stuck"] as const;
const manners = ["html", "afterEffect", "probe"] as const;

/** Reads a fault from an admin call. Gives the reason as a text when it is not one. */
export function parseFault(body: JsonObject): FaultInit | string {
  const status = numberField(body, "status");
  const delayMs = numberField(body, "delayMs");
  const retryAfterSeconds = numberField(body, "retryAfterSeconds");
  const count = numberField(body, "count");
  const skip = numberField(body, "skip");
  const flags = [...effects, ...manners].filter((flag) => booleanField(body, flag) === true);
  if (status !== undefined && !(Number.isInteger(status) && status >= 400 && status <= 599))
    return `status "${status}" is not between 400 and 599`;
  for (const [name, value, least] of [
    ["delayMs", delayMs, 0],
    ["retryAfterSeconds", retryAfterSeconds, 0],
    ["count", count, 1],
    ["skip", skip, 0],
  ] as const)
    if (value !== undefined && !(Number.isInteger(value) && value >= least))
      return `${name} "${value}" is not a whole number from ${least}`;
  if (status === undefined && delayMs === undefined && !effects.some((effect) => flags.includes(effect)))
    return `a fault needs an effect: status, delayMs, ${effects.join(", ")}`;
  if (status === undefined && (flags.includes("html") || flags.includes("afterEffect")))
    return "html and afterEffect need a status";
  const method = textField(body, "method").toUpperCase();
  const path = textField(body, "path");
  const message = textField(body, "message");
  return {
    ...(method === "" ? {} : { method }),
    ...(path === "" ? {} : { path }),
    ...(message === "" ? {} : { message }),
    ...(status === undefined ? {} : { status }),
    ...(delayMs === undefined ? {} : { delayMs }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(count === undefined ? {} : { count }),
    ...(skip === undefined ? {} : { skip }),
    ...Object.fromEntries(flags.map((flag) => [flag, true])),
  };
}
