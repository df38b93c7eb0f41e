import type { Message } from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import type { Metadata } from "../../apis/gen/es/planton/shared/v1/metadata_pb.js";
import type { Catalog, KindEntry } from "../../contract/catalog.js";
import { PlantonError, type Problem } from "../../contract/planton-error.js";
import { redactor } from "../../contract/text/redact.js";
import { readFileText } from "../system/read-file-text.js";
import { sha256 } from "../system/sha256.js";
import { applyDefaults } from "./check/apply-defaults.js";
import { checkDefaultName } from "./check/check-default-name.js";
import { checkIgnoredMetadata } from "./check/check-ignored-metadata.js";
import { checkKnownValues } from "./check/check-known-values.js";
import { collectReferences, type FieldReference } from "./check/collect-references.js";
import { type SecretUriField, secretUriFields, secretValues } from "./check/collect-secrets.js";
import { expandSecretsFrom } from "./check/expand-secrets-from.js";
import { type FilledEnvelope, fillEnvelope } from "./check/fill-envelope.js";
import { validate } from "./check/validate.js";
import type { CheckedInputs } from "./checked-inputs.js";
import { decode } from "./decode/decode-message.js";
import type { SourceMap } from "./decode/source-map.js";
import { findManifest } from "./find-manifest.js";
import { applyContext, type ContextDecoded, contextText, type ManifestContext, targetOf } from "./manifest-context.js";
import { resolveKind } from "./resolve-kind.js";
import { parseYaml, type YamlDocument } from "./yaml/parse-yaml.js";
import { withoutTemplateFaults } from "./yaml/template-faults.js";

export type { FieldReference } from "./check/collect-references.js";

/** What {@link checkStackInput} works on. */
export interface CheckStackInputInput {
  readonly catalog: Catalog;
  /** Name of the file in messages, `-` for standard input. */
  readonly file: string;
  readonly text: string;
  /** Kind given beside the file (`--kind`); a file that says another one is refused. */
  readonly kind?: string;
  /** Kind, and name, to take when the file says none itself, such as the recorded ones. */
  readonly fallback?: { readonly kind: string; readonly name?: string };
  /** What the workspace adds; undefined outside of one. */
  readonly context?: ManifestContext | undefined;
  /** Readings of this build of planton by their `digest`: what they were of is not held against the rules again. */
  readonly checked?: CheckedInputs | undefined;
}

/** What {@link readStackInput} reads. */
interface ReadStackInputInput extends Omit<CheckStackInputInput, "text"> {
  /** Folder the path is relative to, absolute. */
  readonly cwd: string;
  /** Gives standard input for the file `-`. */
  readonly readStdin: () => Promise<string>;
}

/** A stack input that was read and found good. */
export interface StackInputReading {
  /** As the user named it, `-` for standard input. */
  readonly file: string;
  readonly entry: KindEntry;
  /** The kind's stack input message, with aliases resolved and defaults set. Its envelope is complete. */
  readonly message: Message;
  readonly metadata: Metadata;
  /** The file's text. It may hold secrets. */
  readonly text: string;
  /** Of all that the rules were held against. */
  readonly digest: string;
  readonly places: SourceMap;
  /** Every reference field that is set, literals included. */
  readonly references: readonly FieldReference[];
  /** Every literal in a `secret` field: to be masked wherever something is shown. */
  readonly secretValues: readonly string[];
  /** Every field of the spec and of the credentials that says where its secret is kept. Nothing is resolved. */
  readonly secretUris: readonly SecretUriField[];
  /** Findings that do not stop a run. */
  readonly warnings: readonly Problem[];
  /** What the file does not say itself: the kind, taken from the spec's keys; the name, taken from a spec field. */
  readonly inferred: { readonly kind: boolean; readonly name: boolean };
}

/**
 * Reads a stack input or a manifest alone: load, decode, default, validate. All findings of a file come at once.
 * Throws E_LOAD_*, E_KIND_*, E_DECODE_*, E_RULE_VIOLATED, E_SECRET_URI, E_REFERENCE_FORM, E_REFERENCE_OUTPUT with the
 * warnings among the problems, and E_INTERNAL.
 */
export async function readStackInput(input: ReadStackInputInput): Promise<StackInputReading> {
  const text = input.file === "-" ? await input.readStdin() : readFileText(input);
  return checkStackInput({ ...input, text });
}

/** {@link readStackInput} for a stack input that was read. */
export function checkStackInput(input: CheckStackInputInput): StackInputReading {
  return checkDocument(input, parseYaml(input));
}

/** {@link readStackInput} for a document that is loaded already. */
export function checkDocument(input: CheckStackInputInput, document: YamlDocument): StackInputReading {
  const { catalog, file } = input;
  const place = findManifest(file, document.root);
  if (place.manifest === undefined) throw inputError(file, [...document.problems, ...place.problems]);
  const kind = resolveKind({ ...input, manifest: place.manifest, path: place.bare ? "" : "target" });
  const { entry } = kind;
  if (entry === undefined) throw inputError(file, [...document.problems, ...kind.problems]);
  const own = decode({ file, root: document.root, bare: place.bare, schema: entry.stackInput });
  const message = reflect(entry.stackInput, own.message);
  const envelope = fillEnvelope({ entry, stackInput: message, places: own.places });
  const { nameFrom } = envelope;
  const { metadata } = targetOf(own.message);
  if (nameFrom !== undefined && input.fallback?.name !== undefined) metadata.name = input.fallback.name;
  const named = { ...own, places: envelope.places };
  const { context } = input;
  const decoded: ContextDecoded =
    context === undefined
      ? withSecretsFrom(file, message, named)
      : applyContext({ entry, file, decoded: named, context });
  const { places } = decoded;
  applyDefaults(message);
  const { references, problems: referenceProblems } = collectReferences({
    catalog,
    file,
    message,
    places,
    self: { kind: entry.kind, name: metadata.name, env: metadata.env },
  });
  const uris = secretUriFields({ file, message, places });
  const around = context === undefined ? [] : [contextText(context, entry, metadata.name)];
  const digest = sha256(document.text, entry.kind, metadata.name, ...around);
  const isChecked = input.checked?.has(digest) === true;
  const broken = isChecked
    ? []
    : validate({
        file,
        message,
        places,
        failed: new Set([...decoded.failed, ...uris.malformed]),
        uris: new Set(uris.fields.map(({ fieldPath }) => fieldPath)),
        overlaid: decoded.overlaid,
      });
  const about = aboutName(withoutEchoes(broken), envelope, decoded.failed);
  const isNameBroken = about.some(({ rule }) => rule === "metadata.name.format");
  const checksName = !isChecked && !isNameBroken;
  const defaultName = checksName
    ? checkDefaultName({ entry, file, message, metadata, places, failed: decoded.failed })
    : [];
  const rules = [...about, ...defaultName];
  const errors = [...decoded.problems, ...uris.problems, ...rules, ...referenceProblems];
  const refused = new Set(errors.filter(({ severity }) => severity === "error").map(({ path }) => path));
  const atUris: ReadonlySet<string | undefined> = new Set(uris.fields.map(({ place }) => place.path));
  const doubts = [
    ...checkKnownValues({ file, message, places }),
    ...checkIgnoredMetadata({ entry, file, metadata, places }),
  ].filter(({ path, code }) => !refused.has(path) && !(code === "E_RULE_VIOLATED" && atUris.has(path)));
  const all = [...document.problems, ...kind.problems, ...errors, ...doubts];
  // An overlay's are in another text.
  const here = all.filter((problem) => problem.file === file);
  const elsewhere = all.filter((problem) => problem.file !== file).sort(byPosition);
  const filled = withoutTemplateFaults({ file, text: input.text, problems: here, andBelow: false });
  const found = [...[...filled].sort(byPosition), ...elsewhere];
  const secrets = secretValues(message);
  const mask = redactor(secrets);
  const problems = found.map((problem) => masked(problem, mask));
  if (problems.some(({ severity }) => severity === "error")) throw inputError(file, problems);
  if (!isChecked) input.checked?.add(digest);
  return {
    file,
    entry,
    message: decoded.message,
    metadata,
    text: input.text,
    digest,
    places,
    references,
    secretValues: secrets,
    secretUris: uris.fields,
    warnings: problems,
    inferred: { kind: kind.inferred, name: nameFrom !== undefined },
  };
}

/** A manifest outside of every workspace, with its secrets from elsewhere among the others. */
function withSecretsFrom(file: string, message: ReflectMessage, decoded: ContextDecoded): ContextDecoded {
  const { places, problems } = expandSecretsFrom({ file, message, places: decoded.places });
  return { ...decoded, places, problems: [...decoded.problems, ...problems] };
}

function masked(problem: Problem, mask: (text: string) => string): Problem {
  const { message, hint } = problem;
  return { ...problem, message: mask(message), ...(hint === undefined ? {} : { hint: mask(hint) }) };
}

/** A name that was taken from the spec may break a rule of the spec's field and of metadata.name: the first says enough. */
function withoutEchoes(problems: readonly Problem[]): Problem[] {
  const isAboutMetadata = ({ rule }: Problem): boolean => rule?.startsWith("metadata.") === true;
  const paths = new Set(problems.filter((problem) => !isAboutMetadata(problem)).map(({ path }) => path));
  return problems.filter((problem) => !isAboutMetadata(problem) || !paths.has(problem.path));
}

/** What is said about a name that the spec may give: nothing about a missing one when the spec's own has an error. */
function aboutName(
  problems: readonly Problem[],
  { nameFrom, nameSource, nameUnusable: noName }: FilledEnvelope,
  failed: ReadonlySet<string>,
): readonly Problem[] {
  if (nameSource === undefined) return problems;
  const source = nameSource.replace("target.", "");
  if (nameFrom !== undefined) {
    const hint = `with no metadata, ${source} gives metadata.name too: correct it, or write metadata.name`;
    return problems.map((problem) => (problem.rule === "metadata.name.format" ? { ...problem, hint } : problem));
  }
  const isMissingName = ({ path, rule }: Problem): boolean =>
    rule === "required" && path?.endsWith("metadata.name") === true;
  if (failed.has(nameSource)) return problems.filter((problem) => !isMissingName(problem));
  const hint = noName
    ? `write metadata.name: none can be taken from ${source}, which has no letter`
    : `write it, or ${source}, from which it is taken when there is no metadata`;
  return problems.map((problem) => (isMissingName(problem) ? { ...problem, hint } : problem));
}

/** The error for a file: the first error's code, all problems. */
function inputError(file: string, problems: readonly Problem[]): PlantonError {
  const errors = problems.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first === undefined)
    return new PlantonError({ code: "E_INTERNAL", message: `"${file}" was refused without a reason` });
  const message = errors.length === 1 ? first.message : `${errors.length} problems in the stack input`;
  return new PlantonError({
    code: first.code,
    message: `${file}: ${message}`,
    ...(first.hint === undefined ? {} : { hint: first.hint }),
    problems,
  });
}

function byPosition(a: Problem, b: Problem): number {
  const byLine = (a.position?.line ?? 0) - (b.position?.line ?? 0);
  return byLine === 0 ? (a.position?.column ?? 0) - (b.position?.column ?? 0) : byLine;
}
