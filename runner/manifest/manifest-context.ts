import { clone, type Message } from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import type { Metadata } from "../../apis/gen/es/planton/shared/v1/metadata_pb.js";
import type { KindEntry } from "../../contract/catalog.js";
import type { Problem } from "../../contract/planton-error.js";
import { secretUriTexts } from "./check/collect-secrets.js";
import { expandSecretsFrom } from "./check/expand-secrets-from.js";
import type { Overlaid } from "./check/validate.js";
import { type Decoded, decode } from "./decode/decode-message.js";
import { mergeOverlay } from "./decode/merge-overlay.js";
import { locationOf, type SourceLocation, type SourceMap } from "./decode/source-map.js";
import type { YamlNode } from "./yaml/yaml-node.js";

/** A label that a manifest gets from what is around it. */
export interface ContextLabel {
  readonly key: string;
  readonly value: string;
  /** Where it is said, with the file. */
  readonly place: SourceLocation;
}

/** A document that changes a manifest in one environment. */
export interface Overlay {
  readonly file: string;
  /** Of the document. It may hold secrets. */
  readonly text: string;
  readonly root: YamlNode;
  /** True when the document is a manifest alone, not a stack input with `target`. */
  readonly bare: boolean;
  readonly kind: string;
  /** metadata.name of the manifest that it changes. */
  readonly name: string;
  /** Of the name in the overlay. */
  readonly place: SourceLocation;
}

/** What the workspace adds to a manifest; with it the manifest is the effective one. */
export interface ManifestContext {
  /** Name of the workspace, for `{workspace}` in secret URIs. */
  readonly workspace: string;
  /** The environment of a manifest that names none; undefined in a workspace without environments. */
  readonly env: string | undefined;
  /** Those of the environment before those of the workspace. */
  readonly labels: readonly ContextLabel[];
  /** Id of the entry of credentials.yaml that a provider's manifests take which name no credentials themselves. */
  readonly credential: (provider: string) => { readonly id: string; readonly place: SourceLocation } | undefined;
  /** The overlay of a manifest. */
  readonly overlay: (kind: string, name: string) => Overlay | undefined;
}

/** All that a context adds to one manifest, as a string that differs when any of it does. */
export function contextText(context: ManifestContext, entry: KindEntry, name: string): string {
  const { workspace, env, labels } = context;
  const overlay = context.overlay(entry.kind, name);
  return JSON.stringify([
    workspace,
    env ?? null,
    labels.map(({ key, value }) => [key, value]),
    context.credential(entry.provider)?.id ?? null,
    overlay?.text ?? null,
  ]);
}

/** What {@link applyContext} works on. */
interface ApplyContextInput {
  readonly entry: KindEntry;
  readonly file: string;
  /** The manifest; its message is changed. */
  readonly decoded: Decoded;
  readonly context: ManifestContext;
}

/** A manifest with what is around it. */
export interface ContextDecoded extends Decoded {
  /** Undefined when it has no overlay. */
  readonly overlaid?: Overlaid;
}

/** Puts the overlay, the environment, labels and credentials on a manifest whose envelope is filled. */
export function applyContext({ entry, file, decoded, context }: ApplyContextInput): ContextDecoded {
  const { metadata } = targetOf(decoded.message);
  const overlay = context.overlay(entry.kind, metadata.name);
  const merged: ContextDecoded = overlay === undefined ? decoded : withOverlay(entry, decoded, overlay);
  const places = new Map(merged.places.byFieldPath);
  addEnvironment(merged.message, places, context);
  const message = reflect(entry.stackInput, merged.message);
  addCredential(message, places, context.credential(entry.provider));
  const expanded = expandSecretsFrom({ file, message, places: { ...merged.places, byFieldPath: places } });
  const problems = [...expanded.problems, ...fillUris({ file, message, places: expanded.places, context })];
  return { ...merged, places: expanded.places, problems: [...merged.problems, ...problems] };
}

/** Fields that say which manifest it is, and cannot be changed by an overlay. */
const identityFields = ["env", "environments"] as const;

function withOverlay(entry: KindEntry, base: Decoded, { file, root, bare, kind, name }: Overlay): ContextDecoded {
  const overlay = decode({ file, root, bare, schema: entry.stackInput, unsets: true });
  // They are the manifest's, however the overlay spells them.
  const places = new Map(overlay.places.byFieldPath);
  for (const field of ["api_version", "kind", "metadata.name"]) places.delete(`target.${field}`);
  const problems: Problem[] = [];
  for (const field of identityFields) {
    const place = overlay.places.byFieldPath.get(`target.metadata.${field}`);
    if (place === undefined) continue;
    const message = `an overlay cannot change the ${field} of a manifest`;
    const hint = `take it out, or write it in the manifest of ${kind} "${name}"`;
    problems.push({ code: "E_OVERLAY", severity: "error", file, ...place, message, hint });
  }
  const changes = { ...overlay, places: { ...overlay.places, byFieldPath: places } };
  const overlaid = {
    base: clone(entry.stackInput, base.message),
    placeOf: (fieldPath: string) => {
      const place = places.get(fieldPath);
      return place && { ...place, file };
    },
  };
  const merged = mergeOverlay({ schema: entry.stackInput, base, overlay: changes, file });
  return { ...merged, problems: [...merged.problems, ...problems], overlaid };
}

function addEnvironment(message: Message, places: Map<string, SourceLocation>, { env, labels }: ManifestContext): void {
  const { metadata } = targetOf(message);
  // The environment is one from now on; a manifest that says both has broken a rule, which is to be found.
  if (env !== undefined && metadata.env === undefined) {
    metadata.env = env;
    metadata.environments = [];
  }
  for (const { key, value, place } of labels) {
    if (Object.hasOwn(metadata.labels, key)) continue;
    metadata.labels[key] = value;
    places.set(`target.metadata.labels[${JSON.stringify(key)}]`, place);
  }
}

function addCredential(
  message: ReflectMessage,
  places: Map<string, SourceLocation>,
  credential: ReturnType<ManifestContext["credential"]>,
): void {
  const field = message.fields.find(({ name }) => name === "provider_config");
  if (credential === undefined || field?.fieldKind !== "message") return;
  const config = message.isSet(field) ? message.get(field) : reflect(field.message);
  const id = config.fields.find(({ name }) => name === "credential_id");
  if (id === undefined || config.fields.some((given) => config.isSet(given))) return;
  config.set(id, credential.id);
  message.set(field, config);
  places.set("provider_config.credential_id", credential.place);
}

interface FillUrisInput {
  readonly file: string;
  readonly message: ReflectMessage;
  readonly places: SourceMap;
  readonly context: ManifestContext;
}

/** Puts the names of environment and workspace in the place of `{env}` and `{workspace}` in secret URIs. */
function fillUris({ file, message, places, context }: FillUrisInput): Problem[] {
  const { env } = targetOf(message.message).metadata;
  const problems: Problem[] = [];
  for (const { fieldPath, text, replace } of secretUriTexts(message)) {
    const filled = text.replaceAll("{workspace}", context.workspace);
    if (env !== undefined) replace(filled.replaceAll("{env}", env));
    else if (!filled.includes("{env}")) replace(filled);
    else {
      const hint = "give the manifest an env, or the workspace environments in planton.yaml";
      const what = "the secret URI holds {env}, and the manifest is for no environment";
      problems.push({
        code: "E_SECRET_URI",
        severity: "error",
        file,
        ...locationOf(places, fieldPath),
        message: what,
        hint,
      });
    }
  }
  return problems;
}

/** The envelope was filled, so that metadata is there; that every kind has it is held by a conformance test. */
export function targetOf(stackInput: Message): { readonly metadata: Metadata } {
  // A kind's stack input has a target of that form, whatever the kind.
  return (stackInput as Message & { readonly target: { readonly metadata: Metadata } }).target;
}
