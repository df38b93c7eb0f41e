import type { ApiClient } from "../../../http/api-client.js";
import { createKeyedLock } from "../base/keyed-lock.js";
import { pollPace } from "../base/poll.js";
import { createIntentStore, intentFolder } from "../creation/intent-store.js";
import type { ProviderContext } from "../resource/provider.js";
import type { ManagedApi } from "./managed-declaration.js";

/** Where a connection keeps the records of its creations: apart by vendor and account. */
interface RecordsOf {
  readonly vendor: string;
  readonly account: string;
}

/** What managed resources call, for one connection of a plugin: the vendor's client, and {@link managedParts}. */
export function createManagedApi(
  { send, errorOf, bodyOf }: ApiClient,
  context: ProviderContext,
  records: RecordsOf,
): ManagedApi {
  return { ...managedParts(context, records), send, errorOf, bodyOf };
}

/** What managed resources need beside the vendor's client. */
export function managedParts(
  { env, clock, warn = async () => {} }: ProviderContext,
  records: RecordsOf,
): Omit<ManagedApi, "send" | "errorOf" | "bodyOf"> {
  const intents = createIntentStore(intentFolder(env), records);
  return { clock, pace: pollPace(env), intents, warn, claimed: new Set(), oneByOne: createKeyedLock() };
}
