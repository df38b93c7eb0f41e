import { dirname, resolve as resolvePath } from "node:path";
import { reflect } from "@bufbuild/protobuf/reflect";
import { PlantonError, type Problem } from "../../../contract/planton-error.js";
import { redact } from "../../../contract/text/redact.js";
import { secretStrings } from "../../manifest/check/collect-secrets.js";
import { validate } from "../../manifest/check/validate.js";
import type { StackInputReading } from "../../manifest/read-stack-input.js";
import { resolveAll, type SecretResolver } from "../../secrets/resolve-secret.js";

/** What {@link resolveSecretFields} needs. */
interface ResolveSecretFieldsInput {
  /** Its message is changed in place. */
  readonly reading: StackInputReading;
  readonly resolve: SecretResolver;
  /** Folder of the stack input, absolute. */
  readonly baseDir: string;
  /** Folder that the names of files start from, absolute. */
  readonly cwd: string;
}

/** The secrets of a spec, its URIs resolved. Never print one. */
export interface SpecSecrets {
  readonly all: readonly string[];
  /** Those in plain text fields, which a module takes from the message as they are. */
  readonly plain: readonly string[];
}

/**
 * Puts what the secret URIs of the manifest name in their place and holds it against the rules of their fields. Credentials
 * are none of its business. Throws E_SECRET_URI with the place of every field that cannot be had or breaks a rule.
 */
export async function resolveSecretFields(input: ResolveSecretFieldsInput): Promise<SpecSecrets> {
  const { reading, resolve, baseDir } = input;
  const isOfManifest = ({ fieldPath }: { readonly fieldPath: string }): boolean => fieldPath.startsWith("target.");
  const fields = reading.secretUris.filter(isOfManifest);
  // A path is relative to the file that says it, which may be an overlay.
  const folderOf = ({ place: { file } }: { readonly place: Pick<Problem, "file"> }): string =>
    file === undefined || file === reading.file ? baseDir : dirname(resolvePath(input.cwd, file));
  const secrets = await resolveAll(fields, resolve, folderOf);
  for (const [index, field] of fields.entries()) field.replace(secrets[index] ?? "");
  const problems = fields.length === 0 ? [] : brokenRules(reading, secrets);
  const [first] = problems;
  if (first !== undefined) {
    const message = problems.length === 1 ? first.message : `${problems.length} secrets break rules of their fields`;
    throw new PlantonError({ code: "E_SECRET_URI", message, problems });
  }
  const found = secretStrings(reflect(reading.entry.stackInput, reading.message)).filter(isOfManifest);
  return {
    all: found.map(({ text }) => text),
    plain: found.filter(({ isValueOrRef }) => !isValueOrRef).map(({ text }) => text),
  };
}

/** Before, everything was good but for the URIs; so what is broken now is so by what they name. */
function brokenRules(reading: StackInputReading, secrets: readonly string[]): Problem[] {
  const { file, places, entry } = reading;
  const unresolved = reading.secretUris.filter(({ fieldPath }) => !fieldPath.startsWith("target."));
  const broken = validate({
    file,
    places,
    message: reflect(entry.stackInput, reading.message),
    failed: new Set(),
    uris: new Set(unresolved.map(({ fieldPath }) => fieldPath)),
  });
  return broken.map(({ rule: _, ...problem }) => {
    const field = reading.secretUris.find(({ place: { path } }) =>
      [problem.path, `${problem.path}.value`].includes(path),
    );
    const what = field === undefined ? "a secret" : `what "${field.uri.shown}" gives`;
    return {
      ...problem,
      code: "E_SECRET_URI",
      message: `${what} breaks a rule: ${redact(problem.message, secrets)}`,
      hint: "put a secret there that keeps the rule",
    };
  });
}
