import { dirname, resolve } from "node:path";
import type { Message } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import type { KindEntry, ProviderEntry } from "../../contract/catalog.js";
import { locationOf } from "../manifest/decode/source-map.js";
import type { StackInputReading } from "../manifest/read-stack-input.js";
import { isReadOnce } from "../system/read-once.js";
import { isAccountField, type ResolveCredentialsInput } from "./resolve-credentials.js";

/** What a run's credentials are resolved from, as far as the stack input says it. */
export function stackInputCredentials(
  { entry, message, places, file }: StackInputReading,
  provider: ProviderEntry,
): Pick<ResolveCredentialsInput, "provider" | "config" | "account" | "inlinePlace"> {
  // Every stack input has the field, which a conformance test holds.
  const { providerConfig } = message as Message & { readonly providerConfig?: Message };
  return {
    provider,
    config: providerConfig,
    account: specAccount(entry, message),
    inlinePlace: (field) => ({ file, ...locationOf(places, `provider_config.${field}`) }),
  };
}

/** The account that the spec of a stack input names; undefined when it names none. */
export function specAccount({ spec: schema }: Pick<KindEntry, "spec">, message: Message): string | undefined {
  // Every stack input has these fields, which a conformance test holds.
  const { target } = message as Message & { readonly target?: Message & { readonly spec?: Message } };
  const field = schema.fields.find(isAccountField);
  const account = field && target?.spec && reflect(schema, target.spec).get(field);
  return typeof account === "string" && account !== "" ? account : undefined;
}

/** The folder that relative paths in secret URIs start from: the stack input's own, the project's for one read once. */
export function secretsFolder(stackInput: string, cwd: string, projectDir: string): string {
  return isReadOnce(stackInput, cwd) ? projectDir : dirname(resolve(cwd, stackInput));
}
