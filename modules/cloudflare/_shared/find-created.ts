import { cloudflareErrors, cloudflareOf, listAll, resultOf } from "../../../clients/cloudflare.js";
import type { CreateRefusal, FoundResource, PendingCreate, VendorContext } from "../../../contract/vendor.js";
import { asObjects, isJsonObject, parseJson } from "../../../http/json.js";
import { collectionPath, headersOf, idIn, pathInputs, type ResourcePlace, resourcePlaces } from "./resource-places.js";

/** Type tokens of the resources that are looked up, with the inputs that identify them. */
export const lookups: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(resourcePlaces).map(([type, place]) => [type, [...Object.keys(place.identity), ...pathInputs(place)]]),
);

/**
 * Looks for the outcome of a pending create: what fits its identifying inputs. Nothing at Cloudflare carries a mark of a
 * stack, but of most types there can be one alone, so that one which was not there before is the outcome. Undefined for
 * types that are not looked up: setting what they set again does no harm.
 */
export async function findCreated(
  { type, inputs }: PendingCreate,
  context: VendorContext,
): Promise<readonly FoundResource[] | undefined> {
  const place = resourcePlaces[type];
  if (place === undefined) return undefined;
  const path = collectionPath(place, inputs);
  if (path === undefined) return [];
  const client = cloudflareOf(context);
  const objects =
    place.listKey === undefined
      ? await listAll(client, path)
      : asObjects(
          resultOf(await client.call({ method: "GET", path, headers: headersOf(place, inputs) }))[place.listKey],
        );
  return objects
    .filter((object) => Object.entries(place.identity).every(([input, key]) => isContained(inputs[input], object[key])))
    .map((object) => {
      const id = idIn(object, place);
      return {
        id,
        importId: importIdOf(place, { ...inputs, id }),
        description: `${place.what} ${Object.keys(place.identity)
          .flatMap((input) => (typeof inputs[input] === "string" ? [`"${inputs[input]}"`] : []))
          .join(" ")}`,
        ours: false,
        isOnly: place.takenCodes !== undefined,
        takesMark: false,
        isReady: true,
      };
    });
}

/** True when the vendor has what was asked for, and maybe more; what was not asked for fits whatever it has. */
function isContained(wanted: unknown, found: unknown): boolean {
  if (wanted === undefined || wanted === null || wanted === found) return true;
  if (!isJsonObject(wanted) || !isJsonObject(found)) return false;
  return Object.entries(wanted).every(([name, value]) => isContained(value, found[snakeCase(name)]));
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function importIdOf({ importedBy }: ResourcePlace, values: Readonly<Record<string, unknown>>): string {
  return importedBy.map((name) => String(values[name])).join("/");
}

/** Statuses that leave open what became of the request: a later try may have met what an earlier one made. */
const openStatuses: ReadonlySet<string> = new Set(["408", "409", "425", "429"]);

/**
 * How Cloudflare has refused to make it, by the plugin's message, which holds method, address, status and body of the
 * failed request: `failed to make http request: POST "https://...": 400 Bad Request {"success":false,...}`
 * (cloudflare-go, internal/apierror d4300fad, read 2026-11). The plugin sends a POST again after a lost response, so a
 * name that is taken may have been taken by its first try.
 */
export function refusalOf(type: string, message: string): CreateRefusal | undefined {
  const place = resourcePlaces[type];
  const [, path = "", status = "", body = ""] =
    /\bPOST "https?:\/\/[^\s/"]+(?:\/client\/v4)?(\/[^\s"]*)": (\d{3})[^{]*(\{.*\})?/s.exec(message) ?? [];
  if (place === undefined || !/^4/.test(status) || !collectionPattern(place).test(path)) return undefined;
  const codes = cloudflareErrors(parseJson(body)).map(({ code }) => code);
  if (place.takenCodes?.some((taken) => codes.includes(taken))) return "name taken";
  return openStatuses.has(status) ? undefined : "refused";
}

function collectionPattern({ collection }: ResourcePlace): RegExp {
  return new RegExp(`^${collection.replace(/\{\w+\}/g, "[^/]+")}$`);
}
