import type { Output } from "@pulumi/pulumi";
import type { SentryProjectStackInput } from "../../../apis/gen/es/planton/sentry/v1/sentry_project_pb.js";
import type { ModuleContext } from "../../../contract/module.js";
import { present } from "../../../contract/present.js";

/** The plain values of a client key. */
export interface KeyLocals {
  readonly name: string;
  readonly active: boolean;
  readonly rateLimit: { readonly count: number; readonly windowSeconds: number } | undefined;
  readonly loader: { readonly [Name in "performance" | "replay" | "debug"]: boolean | undefined } | undefined;
}

/** The plain values of a project. */
export interface ProjectLocals {
  readonly organization: string;
  /** The team to make; undefined: there is one. */
  readonly newTeam: { readonly slug: string; readonly name: string } | undefined;
  /** Slugs of the teams that are there already. */
  readonly teams: readonly Output<string>[];
  readonly slug: string;
  readonly name: string;
  readonly platform: string | undefined;
  readonly defaultRules: boolean;
  readonly resolveAgeHours: number;
  /** ["*"] for all sites. */
  readonly allowedDomains: readonly string[];
  /** At least one. */
  readonly keys: readonly KeyLocals[];
  readonly owner: string;
}

/** The plain values of a project manifest. */
export function locals(input: SentryProjectStackInput, context: ModuleContext): ProjectLocals {
  const spec = present(input.target?.spec, "target.spec");
  const slug = spec.slug ?? context.resourceName;
  const { createTeam: team, keys } = spec;
  const teamSlug = team?.slug ?? slug.slice(0, 50);
  const usualKey: KeyLocals = { name: slug.slice(0, 64), active: true, rateLimit: undefined, loader: undefined };
  return {
    organization: spec.organization,
    newTeam: team === undefined ? undefined : { slug: teamSlug, name: team.name ?? teamSlug },
    teams: [spec.team, ...spec.additionalTeams].flatMap((each) => context.input(each) ?? []),
    slug,
    name: spec.name ?? slug.slice(0, 50),
    platform: spec.platform,
    defaultRules: present(spec.defaultAlertRule, "target.spec.default_alert_rule"),
    resolveAgeHours: present(spec.resolveAgeHours, "target.spec.resolve_age_hours"),
    allowedDomains: spec.allowedDomains.length === 0 ? ["*"] : spec.allowedDomains,
    keys:
      keys.length === 0
        ? [usualKey]
        : keys.map(({ name, active = true, rateLimit, loader }) => ({
            name,
            active,
            rateLimit: rateLimit && {
              count: present(rateLimit.count, "target.spec.keys.rate_limit.count"),
              windowSeconds: present(rateLimit.windowSeconds, "target.spec.keys.rate_limit.window_seconds"),
            },
            loader: loader && { performance: loader.performance, replay: loader.replay, debug: loader.debug },
          })),
    owner: context.owner,
  };
}
