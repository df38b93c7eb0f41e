import type { ProviderFacts } from "../../contract/catalog.js";
import { isPlantonError, PlantonError, type Problem, problemsOf } from "../../contract/planton-error.js";
import type { Trace } from "../../contract/trace.js";
import { tracedTransport } from "../../http/traced-transport.js";
import { nodeTransport } from "../../http/transport.js";
import { resolveDoppler } from "./backends/doppler.js";
import { readSecretFile, resolveDotenv, resolveFile, resolveVariable, secretPath } from "./backends/files.js";
import { resolveExec, resolveOnePassword, runSecretCommand } from "./backends/programs.js";
import { secretUriError } from "./secret-error.js";
import type { ResolveContext, SecretParts } from "./secret-parts.js";
import { parseSecretUri, type SecretUri } from "./secret-uri.js";

/**
 * The secret that a string names, or the string itself when it is no secret URI. Relative paths start at `baseDir`, an
 * absolute path; default: that of the parts. What it gives is a secret and is never parsed as a URI again.
 * Rejects with E_SECRET_URI.
 */
export type SecretResolver = (text: string, baseDir?: string) => Promise<string>;

const defaultTimeoutMs = 30_000;
const defaultRetryDelaysMs: readonly number[] = [250, 1000];

/**
 * A resolver for one run. It asks for each secret once, also when asked for it several times at once, keeps the outcome,
 * good or bad, in memory until it is itself forgotten, and writes it nowhere.
 */
export function secretResolver(given: SecretParts): SecretResolver {
  const parts: ResolveContext = {
    ...given,
    withheld: given.withheld ?? [],
    timeoutMs: given.timeoutMs ?? defaultTimeoutMs,
    retryDelaysMs: given.retryDelaysMs ?? defaultRetryDelaysMs,
    warn: once(given.warn ?? (() => undefined)),
  };
  const outcomes = new Map<string, Promise<string>>();
  return async (text, baseDir = parts.baseDir) => {
    const uri = parseSecretUri(text);
    if (uri === undefined) return text;
    if (uri.scheme === "malformed") throw secretUriError(uri);
    const key = cacheKey(uri, baseDir, parts);
    const outcome = outcomes.get(key) ?? resolveUri(uri, { ...parts, baseDir });
    outcomes.set(key, outcome);
    return outcome;
  };
}

/** Files of the same name in two folders are two secrets. */
function cacheKey(uri: SecretUri, baseDir: string, { env }: ResolveContext): string {
  if (uri.scheme === "file") return `file\0${secretPath(uri.path, baseDir, env)}`;
  if (uri.scheme === "dotenv") return `dotenv\0${secretPath(uri.path, baseDir, env)}\0${uri.name}`;
  return uri.scheme === "exec" ? `exec\0${baseDir}\0${uri.text}` : uri.text;
}

async function resolveUri(uri: SecretUri, parts: ResolveContext): Promise<string> {
  switch (uri.scheme) {
    case "env":
      return resolveVariable(uri, parts.env);
    case "file":
      return resolveFile(uri, parts);
    case "dotenv":
      return resolveDotenv(uri, parts);
    case "doppler":
      return resolveDoppler(uri, parts);
    case "op":
      return resolveOnePassword(uri, parts);
    case "exec":
      return resolveExec(uri, parts);
  }
}

function once(warn: (message: string) => void): (message: string) => void {
  const said = new Set<string>();
  return (message) => {
    if (said.has(message)) return;
    said.add(message);
    warn(message);
  };
}

/** What {@link openSecretResolver} needs. */
interface SecretResolverInput extends Pick<SecretParts, "env" | "baseDir" | "warn"> {
  /** Whose credentials the programs of password stores do not get: see SecretParts.withheld. */
  readonly providers: readonly Pick<ProviderFacts, "variables">[];
  readonly trace: Trace;
}

/** A resolver that reads this machine's files, runs its programs and uses its network. */
export function openSecretResolver({ providers, trace, ...given }: SecretResolverInput): SecretResolver {
  const withheld = providers.flatMap(({ variables }) => variables);
  return secretResolver({
    ...given,
    withheld,
    fetch: tracedTransport(nodeTransport, trace),
    runCommand: (command) =>
      trace.stage("secret-program", { path: command.path }, async (note) => {
        const result = await runSecretCommand(command);
        note({ code: result.code, failure: result.failure });
        return result;
      }),
    readFile: readSecretFile,
  });
}

/** A string that may be a secret URI, and where it is. */
interface PlacedText {
  readonly text: string;
  readonly place: Pick<Problem, "file" | "position" | "path">;
}

/**
 * The resolved strings, in their order: secrets for URIs, literals as they are. Waits for all of them; rejects with
 * E_SECRET_URI that has a problem with its place for each one that cannot be had. Relative paths start from `baseDir`.
 */
export async function resolveAll(
  texts: readonly PlacedText[],
  resolve: SecretResolver,
  baseDir: string | undefined | ((text: PlacedText) => string),
): Promise<readonly string[]> {
  const folderOf = typeof baseDir === "function" ? baseDir : () => baseDir;
  const outcomes = await Promise.allSettled(texts.map((placed) => resolve(placed.text, folderOf(placed))));
  const found: string[] = [];
  const problems: Problem[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === "fulfilled") {
      found.push(outcome.value);
      continue;
    }
    const error: unknown = outcome.reason;
    if (!isPlantonError(error) || error.code !== "E_SECRET_URI") throw error;
    problems.push(...problemsOf(error).map((problem) => ({ ...problem, ...texts[index]?.place })));
  }
  const [first] = problems;
  if (first === undefined) return found;
  const message = problems.length === 1 ? first.message : `${problems.length} secret URIs cannot be resolved`;
  throw new PlantonError({
    code: "E_SECRET_URI",
    message,
    ...(first.hint === undefined ? {} : { hint: first.hint }),
    problems,
  });
}
