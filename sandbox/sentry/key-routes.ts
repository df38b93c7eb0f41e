import { booleanField, type JsonObject, numberField, objectField, stringField } from "../kit/base/json-fields.js";
import { collection } from "../kit/vendor/collection.js";
import { collectedItems, type PlainRequest, type PlainRoute } from "../kit/vendor/plain-collection.js";
import {
  apiPath,
  assertOrganization,
  idOfMember,
  invalid,
  notFound,
  organization,
  sentryForm,
} from "./organization.js";

interface RateLimit {
  readonly count: number;
  readonly window: number;
}

/** A client key as the stand-in keeps it. */
export interface ClientKey {
  /** Also its public half. */
  readonly id: string;
  readonly secret: string;
  readonly projectId: string;
  readonly name: string;
  readonly isActive: boolean;
  readonly rateLimit: RateLimit | null;
  readonly dateCreated: string;
  readonly loader: Readonly<Record<string, boolean>>;
}

const hex = ({ uuid }: PlainRequest): string => uuid().replaceAll("-", "");

function limitIn(body: JsonObject, old: RateLimit | null): RateLimit | null {
  if (body["rateLimit"] === null) return null;
  const given = objectField(body, "rateLimit");
  if (given === undefined) return old;
  const [count, window] = [numberField(given, "count") ?? 0, numberField(given, "window") ?? 0];
  if (count === 0 && window === 0) return null;
  if (count < 1 || window < 1 || window > 86_400) throw invalid({ rateLimit: "Ensure this value is in its range." });
  return { count, window };
}

/** Makes a key of a project; Sentry does so itself with every project. */
function build(body: JsonObject, request: PlainRequest, projectId: string, old?: ClientKey): ClientKey {
  const options = objectField(body, "dynamicSdkLoaderOptions") ?? {};
  const loader = { hasPerformance: true, hasReplay: true, hasDebug: false, ...old?.loader };
  const given = Object.entries(options).filter(([name, value]) => name in loader && typeof value === "boolean");
  return {
    ...{ id: old?.id ?? hex(request), secret: old?.secret ?? hex(request), projectId },
    name: stringField(body, "name") || (old?.name ?? "Liked Pegasus"),
    isActive: booleanField(body, "isActive") ?? old?.isActive ?? true,
    rateLimit: limitIn(body, old?.rateLimit ?? null),
    dateCreated: old?.dateCreated ?? new Date(request.nowMs).toISOString(),
    loader: { ...loader, ...Object.fromEntries(given) },
  };
}

/** Adds a key to a project. */
export function addKey(request: PlainRequest, projectId: string, body: JsonObject): void {
  collectedItems<ClientKey>(request, "keys").push(build(body, request, projectId));
}

/** Id of the project in the path. Throws the Refusal of one that does not exist. */
function projectIn(request: PlainRequest): string {
  assertOrganization(request);
  const id = idOfMember(request, "projects", "project");
  if (collectedItems<{ readonly id: string }>(request, "projects").some((project) => project.id === id)) return id;
  throw notFound();
}

const keys = collection<PlainRequest, ClientKey>({
  path: `${apiPath}/projects/:org/:project/keys/:key`,
  keys: ["key", "keys"],
  form: sentryForm,
  items: (request) => collectedItems<ClientKey>(request, "keys"),
  present(stored, request) {
    const project = projectIn(request);
    return stored.filter(({ projectId }) => projectId === project);
  },
  id: ({ id }) => id,
  view({ id, secret, projectId, loader, ...shown }) {
    const ingest = `o${organization.id}.ingest.sandbox.invalid`;
    return {
      ...{ id, public: id, secret, projectId: Number(projectId), ...shown, label: shown.name },
      ...{ browserSdkVersion: "8.x", dynamicSdkLoaderOptions: loader },
      dsn: {
        public: `https://${id}@${ingest}/${projectId}`,
        secret: `https://${id}:${secret}@${ingest}/${projectId}`,
        csp: `https://${ingest}/api/${projectId}/csp-report/?sentry_key=${id}`,
        security: `https://${ingest}/api/${projectId}/security/?sentry_key=${id}`,
      },
    };
  },
  build: (body, request, old) => build(body, request, projectIn(request), old),
  notFound,
  // Sentry leaves alone what a change does not name.
  changes: { PUT: "replace" },
});

/** Client keys: list, create, get, change, delete (docs.sentry.io/api/projects, read 2026-11). */
export const keyRoutes: readonly PlainRoute[] = keys.routes;
