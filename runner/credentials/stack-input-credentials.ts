import { dirname, resolve } from "node:path";
import type { Message } from "@bufbuild/protobuf";
import type { ProviderEntry } from "../../contract/catalog.js";
import { locationOf } from "../manifest/decode/source-map.js";
import type { StackInputReading } from "../manifest/read-stack-input.js";
import { isReadOnce } from "../system/read-once.js";
import type { ResolveCredentialsInput } from "./resolve-credentials.js";

/** What a run's credentials are resolved from, as far as the stack input says it. */
export function stackInputCredentials(
  { message, places, file }: StackInputReading,
  provider: ProviderEntry,
): Pick<ResolveCredentialsInput, "provider" | "config" | "inlinePlace"> {
  // Every stack input has the field, which a conformance test holds.
  const { providerConfig } = message as Message & { readonly providerConfig?: Message };
  return {
    provider,
    config: providerConfig,
    inlinePlace: (field) => ({ file, ...locationOf(places, `provider_config.${field}`) }),
  };
}

/** The folder that relative paths in secret URIs start from: the stack input's own, the project's for one read once. */
export function secretsFolder(stackInput: string, cwd: string, projectDir: string): string {
  return isReadOnce(stackInput, cwd) ? projectDir : dirname(resolve(cwd, stackInput));
}
