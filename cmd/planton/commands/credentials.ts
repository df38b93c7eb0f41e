import { type Command, Option } from "commander";
import type { Catalog } from "../../../contract/catalog.js";
import { errorCodes } from "../../../contract/error-codes.js";
import { PlantonError } from "../../../contract/planton-error.js";
import type { VendorAdapter, VendorFetch } from "../../../contract/vendor.js";
import {
  type CredentialCheck,
  type CredentialTarget,
  checkCredentials,
} from "../../../runner/credentials/check-credentials.js";
import {
  type CredentialSources,
  credentialSources,
  credentialsPath,
} from "../../../runner/credentials/credentials-file.js";
import { formatProblem } from "../../../runner/manifest/format-problem.js";
import type { SecretResolver } from "../../../runner/secrets/resolve-secret.js";
import { suggest } from "../../../runner/system/suggest.js";
import type { Cli } from "../cli.js";
import { checkLines, checksJson, sourceLines, sourcesJson } from "./credentials-text.js";

/** What the credentials commands need. */
interface CredentialsDependencies {
  readonly catalog: Catalog;
  readonly vendors: readonly VendorAdapter[];
  readonly fetch: VendorFetch;
  readonly resolve: SecretResolver;
}

type Format = "text" | "json";

const refusedExitCode = 3;

/**
 * Adds `planton credentials list` (where credentials are set, without values) and `planton credentials check
 * [PROVIDER|ID]` (asks the vendors; exit code 0 when all accept, 3 when one refuses, else that of the first failure).
 */
export function addCredentialsCommand(program: Command, cli: Cli, deps: CredentialsDependencies): void {
  const credentials = program
    .command("credentials")
    .description("say which credentials are set, and check them")
    .exitOverride();
  const formatOption = (): Option =>
    new Option("--format <format>", "output format").choices(["text", "json"]).default("text");

  credentials
    .command("list")
    .description("say for each provider what is set and where it comes from, never a value")
    .addOption(formatOption())
    .action(({ format }: { readonly format: Format }) => {
      const found = credentialSources(deps.catalog, cli.env);
      warnAboutStrays(found, deps.catalog, cli);
      if (format === "json") cli.out(sourcesJson(found, deps.catalog));
      else for (const line of sourceLines(found, deps.catalog)) cli.out(line);
    });

  credentials
    .command("check")
    .description("ask the vendor whether it accepts the credentials, and whose they are")
    .argument("[provider-or-id]", "a provider, or an id of credentials.yaml (default: all that are set)")
    .addOption(formatOption())
    .action(async (word: string | undefined, { format }: { readonly format: Format }) => {
      const found = credentialSources(deps.catalog, cli.env);
      if (word === undefined) warnAboutStrays(found, deps.catalog, cli);
      const targets = targetsOf(found, deps.catalog, word);
      const parts = { ...deps, env: cli.env, baseDir: cli.cwd };
      const checks = await Promise.all(targets.map((target) => checkCredentials(target, parts)));
      if (format === "json") cli.out(checksJson(checks));
      else for (const line of checkLines(checks)) cli.out(line);
      for (const { provider, origin, status, problem } of checks) {
        if (problem === undefined) continue;
        const path = status === "not set" ? provider : `${provider}, ${origin}`;
        cli.err(`error: ${formatProblem({ ...problem, severity: "error", path })}`);
      }
      cli.exit(exitCodeOf(checks));
    });
  for (const command of credentials.commands) command.exitOverride();
}

function targetsOf(found: CredentialSources, catalog: Catalog, word: string | undefined): readonly CredentialTarget[] {
  const targets = found.sources.filter(({ provider, id }) => word === undefined || provider === word || id === word);
  if (targets.length > 0) return targets;
  const provider = catalog.providers.find(({ name }) => name === word);
  // Says which variables to set.
  if (provider !== undefined) return [{ provider: provider.name, id: undefined }];
  if (word === undefined) {
    throw new PlantonError({
      code: "E_CREDENTIALS_MISSING",
      message: "no credentials are set for any provider",
      hint: 'see what can be set: planton credentials list; to try without an account: eval "$(planton sandbox env)"',
    });
  }
  const ids = found.sources.flatMap(({ id }) => id ?? []);
  const meant = suggest(word, [...catalog.providers.map(({ name }) => name), ...ids]);
  throw new PlantonError({
    code: "E_USAGE",
    message: `"${word}" is neither a provider nor a credential id`,
    hint: meant === undefined ? "see both: planton credentials list" : `did you mean "${meant}"?`,
  });
}

function warnAboutStrays({ strays }: CredentialSources, catalog: Catalog, cli: Cli): void {
  const providers = catalog.providers.map(({ name }) => name).join(", ");
  for (const { id, provider } of strays) {
    const problem = provider === "" ? "names no provider" : `is for the unknown provider "${provider}"`;
    cli.err(`warning: credential "${id}" in "${credentialsPath(cli.env)}" ${problem}; expected one of ${providers}`);
  }
}

function exitCodeOf(checks: readonly CredentialCheck[]): number {
  if (checks.some(({ status }) => status === "refused")) return refusedExitCode;
  const failed = checks.find(({ problem }) => problem !== undefined)?.problem;
  return failed === undefined ? 0 : errorCodes[failed.code].exitCode;
}
