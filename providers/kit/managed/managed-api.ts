import type { ApiClient } from "../../../http/api-client.js";
import { createKeyedLock } from "../base/keyed-lock.js";
import { pollPace } from "../base/poll.js";
import { createIntentStore, intentFolder } from "../creation/intent-store.js";
import type { ProviderContext } from "../resource/provider.js";
import type { ManagedApi } from "./managed-declaration.js";

/**
 * What managed resources call, for one connection of a plugin: the vendor's client, and the records of creations, which are
 * kept apart by vendor and account.
 */
export function createManagedApi(
  { send, errorOf, bodyOf }: ApiClient,
  { env, clock, warn = async () => {} }: ProviderContext,
  records: { readonly vendor: string; readonly account: string },
): ManagedApi {
  const intents = createIntentStore(intentFolder(env), records);
  const parts = { clock, pace: pollPace(env), intents, warn, claimed: new Set<string>(), oneByOne: createKeyedLock() };
  return { ...parts, send, errorOf, bodyOf };
}
