import type { JsonObject } from "../../kit/base/json-fields.js";
import { collectedItems } from "../../kit/vendor/plain-collection.js";
import type { Workshop } from "../../kit/vendor/sandbox-vendor.js";
import { accountItems, type Request } from "../cloudflare-request.js";
import type { DeploymentConfig, DeploymentConfigs } from "./deployment-configs.js";

/** A deployment as the sandbox keeps it: with the bindings that it was made with. */
export interface StoredDeployment {
  readonly id: string;
  readonly environment: "production" | "preview";
  readonly branch: string;
  readonly commit: {
    readonly hash: string;
    readonly message: string;
    readonly dirty: boolean;
  };
  readonly createdAtMs: number;
  /** Milliseconds since 1970 when its last stage is over; null: never. */
  readonly doneAtMs: number | null;
  /** Hash by path: "/index.html". Empty for a build of a repository. */
  readonly manifest: Readonly<Record<string, string>>;
  /** Content of `_headers`, `_redirects`, `_routes.json` and `_worker.js`, by name. */
  readonly special: Readonly<Record<string, string>>;
  /** What the project had when it was made; a later change of the project does not reach it. */
  readonly config: DeploymentConfig;
}

/** A custom domain of a project. */
export interface StoredDomain {
  readonly id: string;
  readonly name: string;
  readonly created_on: string;
  /** Milliseconds since 1970 when it is active; null: never. */
  readonly activeAtMs: number | null;
}

/** A Pages project as the sandbox keeps it; "a Worker is bound" is read in `deployment_configs`. */
export interface StoredProject {
  readonly id: string;
  readonly name: string;
  readonly production_branch: string;
  readonly build_config: JsonObject;
  readonly source: JsonObject | null;
  readonly created_on: string;
  readonly deployment_configs: DeploymentConfigs;
  readonly domains: StoredDomain[];
  /** Oldest first. */
  readonly deployments: StoredDeployment[];
}

/** The projects of the account that the path names. */
export function projectsOf(request: Request): StoredProject[] {
  return accountItems<StoredProject>(request, "pages_projects");
}

/** The projects of an account, for what is no request. */
export function projectsIn(workshop: Pick<Workshop<unknown, unknown>, "state">, account: string): StoredProject[] {
  return collectedItems<StoredProject>(workshop as Request, `pages_projects of ${account}`);
}

/** Host of a project. */
export function subdomainOf({ name }: Pick<StoredProject, "name">): string {
  return `${name}.pages.dev`;
}
