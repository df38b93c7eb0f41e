import { create } from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import type { SecretsFrom } from "../../../apis/gen/es/planton/shared/v1/secrets_from_pb.js";
import { StringValueOrRefSchema } from "../../../apis/gen/es/planton/shared/v1/value_or_ref_pb.js";
import type { Problem } from "../../../contract/planton-error.js";
import { locationOf, type SourceLocation, type SourceMap } from "../decode/source-map.js";
import { walkMessages } from "./walk-fields.js";

/** What {@link expandSecretsFrom} works on. */
interface ExpandSecretsFromInput {
  readonly file: string;
  /** Changed in place. */
  readonly message: ReflectMessage;
  readonly places: SourceMap;
}

/** The places with those of the new entries, which are where their names are. */
interface ExpandedSecrets {
  readonly places: SourceMap;
  /** E_RULE_VIOLATED for names that are given twice. */
  readonly problems: readonly Problem[];
}

/**
 * Makes an entry of the map `secrets` of each name in a list of SecretsFrom beside it, its value the secret URI of that
 * name. From then on they are like those that are written there.
 */
export function expandSecretsFrom({ file, message: root, places }: ExpandSecretsFromInput): ExpandedSecrets {
  const byFieldPath = new Map<string, SourceLocation>();
  const problems: Problem[] = [];
  walkMessages(root, "", (message, messagePath) => {
    for (const field of message.fields) {
      if (field.fieldKind !== "list" || field.message?.typeName !== "planton.shared.v1.SecretsFrom") continue;
      const secrets = message.fields.find(({ name }) => name === "secrets");
      if (secrets?.fieldKind !== "map" || !message.isSet(field)) continue;
      const map = message.get(secrets);
      // The name of the type says what the items are.
      const items = [...message.get(field)].map((item) => (item as ReflectMessage).message as SecretsFrom);
      for (const [index, { source, names }] of items.entries()) {
        for (const [position, name] of names.entries()) {
          // Its own rule says what is wrong with it.
          if (!nameForm.test(name)) continue;
          const place = locationOf(places, `${messagePath}.${field.name}[${index}].names[${position}]`);
          if (map.has(name)) {
            problems.push({ ...givenTwice(name), file, ...place });
            continue;
          }
          const value = create(StringValueOrRefSchema, { source: { case: "value", value: uriOf(source, name) } });
          map.set(name, reflect(StringValueOrRefSchema, value));
          const path = `${messagePath}.secrets[${JSON.stringify(name)}]`;
          byFieldPath.set(path, place).set(`${path}.value`, place);
        }
      }
    }
  });
  if (byFieldPath.size === 0) return { places, problems };
  return { places: { ...places, byFieldPath: new Map([...places.byFieldPath, ...byFieldPath]) }, problems };
}

const nameForm = /^[A-Za-z_]\w{0,99}$/;

/** What separates a name from its source, by the scheme of the source. */
const separators: Readonly<Record<string, string>> = { dotenv: "#", doppler: "/", op: "/" };

function uriOf(source: string, name: string): string {
  const [scheme = ""] = source.split(":");
  return `${source}${separators[scheme] ?? ""}${name}`;
}

function givenTwice(name: string): Omit<Problem, "file"> {
  return {
    code: "E_RULE_VIOLATED",
    severity: "error",
    message: `the secret "${name}" is given twice`,
    rule: "secrets_from.names.unique",
    hint: "name it once: in secrets, or in one entry of secrets_from",
  };
}
