import { PlantonError } from "../../../../contract/planton-error.js";
import { suggest } from "../../../../runner/system/suggest.js";
import type { CheckoutProvider } from "./checkout.js";

/** A kind's name in the forms in which files and texts need it. */
export interface KindNames {
  readonly provider: CheckoutProvider;
  /** "DigitalOceanUptimeCheck". */
  readonly kind: string;
  /** The kind without its provider: "UptimeCheck". */
  readonly rest: string;
  /** "uptime-check". */
  readonly kebab: string;
  /** "uptimeCheck". */
  readonly camel: string;
  /** "uptime_check". */
  readonly snake: string;
  /** "uptime check". */
  readonly words: string;
  /** "an uptime check". */
  readonly aWords: string;
  readonly idPrefix: string;
  /** In names of stacks. */
  readonly shortName: string;
  /** Path of the kind's proto without its end: "planton/digitalocean/v1/digital_ocean_uptime_check". */
  readonly proto: string;
  /** Folder of the kind's module. */
  readonly module: string;
}

/** The forms of a kind's name. Throws E_USAGE unless it is a provider's name and words that begin with a capital. */
export function kindNames(kind: string, providers: readonly CheckoutProvider[]): KindNames {
  const [provider] = providers
    .filter(({ prefix }) => kind.startsWith(prefix))
    .sort((a, b) => b.prefix.length - a.prefix.length);
  const prefixes = providers.map(({ prefix }) => prefix);
  if (provider === undefined) {
    const meant = suggest(kind.slice(0, longest(prefixes)), prefixes);
    throw new PlantonError({
      code: "E_USAGE",
      message: `the kind "${kind}" must begin with the name of a provider: ${prefixes.join(", ")}`,
      hint: `${meant === undefined ? "" : `did you mean ${meant}...? `}a new provider is made by planton new vendor`,
    });
  }
  const rest = kind.slice(provider.prefix.length);
  if (!/^([A-Z][a-z0-9]+)+$/.test(rest)) {
    throw new PlantonError({
      code: "E_USAGE",
      message: `the kind "${kind}" must be "${provider.prefix}" and words, each a capital and small letters or digits`,
      hint: `for example ${provider.prefix}SshKey`,
    });
  }
  const parts = rest.replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2").split(" ");
  const words = parts.join(" ").toLowerCase();
  const snake = words.replaceAll(" ", "_");
  const host = provider.apiVersion.split(".")[0] ?? "";
  const kebab = words.replaceAll(" ", "-");
  const [joined, last] = [words.replaceAll(" ", ""), parts.at(-1)?.toLowerCase() ?? ""];
  const capitals = `${provider.prefix}${parts.slice(0, -1).join("")}`.replaceAll(/[^A-Z]/g, "").toLowerCase();
  const idPrefixes = providers.flatMap((one) => one.idPrefixes);
  // Stacks of the sandbox begin with its name.
  const shortNames = [...providers.flatMap((one) => one.shortNames), "sandbox"];
  return {
    provider,
    kind,
    rest,
    kebab,
    camel: rest.charAt(0).toLowerCase() + rest.slice(1),
    snake,
    words,
    aWords: `${/^[aeiou]/.test(words) ? "an" : "a"} ${words}`,
    idPrefix: firstFree([`${capitals}${last}`, kind.toLowerCase()], idPrefixes, 63),
    shortName: firstFree([joined, last, `${capitals}${last}`, kind.toLowerCase()], shortNames, 12),
    proto: `planton/${provider.name}/v1/${host.replaceAll("-", "_")}_${snake}`,
    module: `modules/${provider.name}/${kebab}`,
  };
}

/** The first name of at most so many characters that no kind has; the last one may be cut. */
function firstFree(candidates: readonly string[], taken: readonly string[], maxLength: number): string {
  const free = candidates.find((name) => name.length <= maxLength && !taken.includes(name));
  return free ?? `${candidates.at(-1)?.slice(0, maxLength - 1)}${taken.length % 10}`;
}

const longest = (texts: readonly string[]): number => Math.max(0, ...texts.map(({ length }) => length));
