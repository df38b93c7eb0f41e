import type { AccountFacts } from "../../clients/backblaze.js";
import type { ManagedApi } from "../kit/managed/managed-declaration.js";

/** What the plugin's resources call. */
export interface BackblazeApi extends ManagedApi {
  /** What the last exchange of the key said of the account; undefined before the first request. */
  readonly account: () => AccountFacts | undefined;
}
