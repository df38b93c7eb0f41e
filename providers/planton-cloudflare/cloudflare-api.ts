import { asObject, type JsonObject } from "../../http/json.js";
import type { ManagedApi, RestApi } from "../kit/managed/managed-declaration.js";

/** What the plugin's resources call. */
export interface CloudflareApi extends ManagedApi {
  /** The same API by the token of an upload. */
  readonly uploader: (token: string) => RestApi;
}

/** What is below "result" of a response; undefined when that is no object. */
export function resultIn(body: JsonObject): JsonObject | undefined {
  return asObject(body["result"]);
}

/** Path of a Pages project. */
export function projectPath({
  accountId,
  projectName,
}: {
  readonly accountId: string;
  readonly projectName: string;
}): string {
  return `/accounts/${encodeURIComponent(accountId)}/pages/projects/${encodeURIComponent(projectName)}`;
}
