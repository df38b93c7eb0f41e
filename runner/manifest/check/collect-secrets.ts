import { type DescField, hasOption } from "@bufbuild/protobuf";
import type { ReflectMessage } from "@bufbuild/protobuf/reflect";
import { env as envOption } from "../../../apis/gen/es/planton/shared/v1/options_pb.js";
import { credentialFault, trimCredential } from "../../../contract/credential-form.js";
import { isSecretField } from "../../../contract/fields/secret-field.js";
import type { Problem } from "../../../contract/planton-error.js";
import { type NearSecretUri, nearSecretUri, parseSecretUri, type SecretUri } from "../../secrets/secret-uri.js";
import { locationOf, type SourceMap } from "../decode/source-map.js";
import { isValueOrRefMessage } from "../decode/value-or-ref.js";
import { walkMessages } from "./walk-fields.js";

/** A string in a field of a message. */
interface SecretString {
  /** Path of the field, list item or map value by proto field names; of a string-or-reference as a whole. */
  readonly fieldPath: string;
  readonly text: string;
  /** True when it is in a string-or-reference, which modules get as a Pulumi secret. */
  readonly isValueOrRef: boolean;
  /** True when the field is one of the provider's credentials. */
  readonly isCredential: boolean;
  /** Puts another string in its place, in the message itself. */
  readonly replace: (text: string) => void;
}

/** A field that says where its string is kept. */
export interface SecretUriField extends SecretString {
  readonly uri: SecretUri;
  readonly place: Required<Pick<Problem, "file" | "position" | "path">>;
}

/** Every field of credentials may be a URI, also one that is no secret by itself, such as a public key. */
const takesUri = (field: DescField): boolean => isSecretField(field) || hasOption(field, envOption);

/** Every string in a field with the option `secret`. Names of references are none. */
export function secretStrings(root: ReflectMessage): readonly SecretString[] {
  return stringsOf(root, isSecretField);
}

/**
 * What is to be masked of the strings in secret fields, without repeats. A well-formed secret URI is no secret and stays
 * readable; `exec:` with arguments is masked, as these may hold secrets.
 */
export function secretValues(root: ReflectMessage): string[] {
  const texts = secretStrings(root).map(({ text }) => text);
  return [...new Set(texts.filter((text) => text !== "" && !isReadable(text)))];
}

function isReadable(text: string): boolean {
  const uri = parseSecretUri(text);
  return uri !== undefined && uri.scheme !== "malformed" && uri.text === uri.shown;
}

/** The strings that may say where a secret is kept, and hold `{env}` or `{workspace}`. */
export function secretUriTexts(root: ReflectMessage): readonly SecretString[] {
  return stringsOf(root, takesUri).filter(({ text }) => /\{(env|workspace)\}/.test(text) && parseSecretUri(text));
}

/** Input of {@link secretUriFields}. */
interface SecretUriFieldsInput {
  readonly file: string;
  readonly message: ReflectMessage;
  readonly places: SourceMap;
}

/** The secret URIs of a stack input. Nothing is resolved. */
interface SecretUriFields {
  readonly fields: readonly SecretUriField[];
  /**
   * E_SECRET_URI: errors about malformed URIs, warnings about strings that nearly are URIs. E_CREDENTIALS_REFUSED: errors
   * about credentials that no request can carry.
   */
  readonly problems: readonly Problem[];
  /** Field paths of these. */
  readonly malformed: readonly string[];
}

/** The secret URIs in secret fields and in fields of credentials, and those that are written wrongly. */
export function secretUriFields({ file, message, places }: SecretUriFieldsInput): SecretUriFields {
  const fields: SecretUriField[] = [];
  const problems: Problem[] = [];
  const malformed: string[] = [];
  for (const text of stringsOf(message, takesUri)) {
    const uri = parseSecretUri(text.text);
    const place = { file, ...locationOf(places, text.isValueOrRef ? `${text.fieldPath}.value` : text.fieldPath) };
    if (uri === undefined) {
      const fault = text.isCredential ? credentialFault(trimCredential(text.text)) : undefined;
      if (fault !== undefined) {
        malformed.push(text.fieldPath);
        const message = `the credential ${fault.problem}`;
        problems.push({ code: "E_CREDENTIALS_REFUSED", severity: "error", ...place, message, hint: fault.hint });
        continue;
      }
      const near = nearSecretUri(text.text);
      if (near !== undefined) problems.push({ ...doubt(near), ...place });
      continue;
    }
    if (uri.scheme !== "malformed") {
      fields.push({ ...text, place, uri });
      continue;
    }
    const { shown, problem, hint } = uri;
    malformed.push(text.fieldPath);
    problems.push({ code: "E_SECRET_URI", severity: "error", ...place, message: `"${shown}": ${problem}`, hint });
  }
  return { fields, problems, malformed };
}

function doubt({ beginning, form }: NearSecretUri): Problem {
  return {
    code: "E_SECRET_URI",
    severity: "warning",
    message: `a value that begins with "${beginning}" is no secret URI and is taken for the secret itself`,
    hint: `did you mean ${form}?`,
  };
}

type FoundString = Omit<SecretString, "isCredential">;

function stringsOf(root: ReflectMessage, isWanted: (field: DescField) => boolean): readonly SecretString[] {
  // A message in a wanted field is visited by itself as well.
  const found = new Map<string, SecretString>();
  walkMessages(root, "", (message, messagePath) => {
    for (const field of message.fields) {
      if (!message.isSet(field) || !isWanted(field)) continue;
      for (const text of stringsOfField(message, field, messagePath))
        found.set(text.fieldPath, { ...text, isCredential: hasOption(field, envOption) });
    }
  });
  return [...found.values()];
}

function* stringsOfField(message: ReflectMessage, field: DescField, messagePath: string): Generator<FoundString> {
  const path = messagePath === "" ? field.name : `${messagePath}.${field.name}`;
  if (field.fieldKind === "list") {
    const list = message.get(field);
    for (const [index, item] of [...list].entries())
      yield* stringsOfValue(item, `${path}[${index}]`, (text) => list.set(index, text));
  } else if (field.fieldKind === "map") {
    const map = message.get(field);
    for (const [key, value] of map)
      yield* stringsOfValue(value, `${path}[${JSON.stringify(key)}]`, (text) => map.set(key, text));
  } else {
    yield* stringsOfValue(message.get(field), path, (text) => message.set(field, text));
  }
}

function* stringsOfValue(value: unknown, fieldPath: string, replace: SecretString["replace"]): Generator<FoundString> {
  if (typeof value === "string") yield { fieldPath, text: value, isValueOrRef: false, replace };
  if (typeof value !== "object" || value === null || !isReflectMessage(value)) return;
  const { message } = value;
  if (isValueOrRefMessage(message)) {
    const { source } = message;
    if (source.case !== "value") return;
    const replaceValue = (text: string): void => {
      source.value = text;
    };
    yield { fieldPath, text: source.value, isValueOrRef: true, replace: replaceValue };
  } else if (value.desc.typeName !== "planton.shared.v1.ValueFrom") {
    for (const field of value.fields) if (value.isSet(field)) yield* stringsOfField(value, field, fieldPath);
  }
}

function isReflectMessage(value: object): value is ReflectMessage {
  return "message" in value && "desc" in value;
}
