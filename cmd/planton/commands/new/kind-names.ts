import { PlantonError } from "../../../../contract/planton-error.js";
import { shortNameProblem } from "../../../../contract/short-name.js";
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
  /** What its stacks are called by. */
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
  return {
    provider,
    kind,
    rest,
    kebab,
    camel: rest.charAt(0).toLowerCase() + rest.slice(1),
    snake,
    words,
    aWords: `${/^[aeiou]/.test(words) ? "an" : "a"} ${words}`,
    idPrefix: freeIdPrefix(provider, parts),
    shortName: freeShortName(
      [
        rest,
        capitalsAndLast(parts),
        `${initials(provider.prefix)}${rest}`,
        capitalsAndLast([provider.prefix, ...parts]),
      ],
      providers.flatMap(({ shortNames }) => shortNames),
    ),
    proto: `planton/${provider.name}/v1/${host.replaceAll("-", "_")}_${snake}`,
    module: `modules/${provider.name}/${kebab}`,
  };
}

const initials = (words: string): string => words.replaceAll(/[^A-Z]/g, "");

/** "DatabaseConnection", "Pool": "DCPool". */
function capitalsAndLast(parts: readonly string[]): string {
  return `${initials(parts.slice(0, -1).join(""))}${parts.at(-1)}`;
}

/** The first that is short and not taken; the last one, cut, where none is: lint says what to choose then. */
function freeShortName(candidates: readonly string[], taken: readonly string[]): string {
  const names = candidates.map((name) => name.toLowerCase());
  const isFree = (shortName: string): boolean =>
    shortNameProblem(
      { shortName },
      taken.map((other) => ({ kind: other, shortName: other })),
    ) === undefined;
  return names.find(isFree) ?? (names.at(-1) ?? "").slice(0, 12);
}

/** The capitals of the provider and of all words but the last, with that one; the whole kind where that is taken. */
function freeIdPrefix({ prefix, idPrefixes }: CheckoutProvider, parts: readonly string[]): string {
  const short = capitalsAndLast([prefix, ...parts]).toLowerCase();
  return idPrefixes.includes(short) ? `${prefix}${parts.join("")}`.toLowerCase() : short;
}

const longest = (texts: readonly string[]): number => Math.max(0, ...texts.map(({ length }) => length));
