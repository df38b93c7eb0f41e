import { booleanField, type JsonObject, objectList, stringField, stringList } from "../kit/base/json-fields.js";
import { Refusal } from "../kit/base/refusal.js";
import { collectedItems, type PlainRequest, type PlainRoute } from "../kit/vendor/plain-collection.js";
import { isPast, planOf, type Subscription, subscriptionOf } from "./subscription-routes.js";
import { beginTask, newNumber, type TaskError } from "./tasks.js";

/** A database as the stand-in keeps it. */
interface Database {
  readonly databaseId: number;
  readonly protocol: string;
  settings: Settings;
  /** When the last change is done: milliseconds since 1970; null: never. */
  readyAtMs: number | null;
  readonly madeAtMs: number | null;
  goneAtMs?: number | null;
}

interface Settings {
  readonly name: string;
  readonly dataPersistence: string;
  readonly dataEvictionPolicy: string;
  readonly replication: boolean;
  readonly sourceIps: readonly string[];
  readonly enableTls: boolean;
  readonly password: string;
  readonly defaultUserEnabled: boolean;
  readonly alerts: readonly JsonObject[];
}

const path = "/rediscloud/v1/fixed/subscriptions/:subscription/databases";

function databasesOf(request: PlainRequest, { id }: Subscription): Database[] {
  return collectedItems<Database>(request, `databases of ${id}`).filter(
    ({ goneAtMs }) => !isPast(goneAtMs, request.nowMs),
  );
}

function databaseOf(request: PlainRequest): Database {
  const all = databasesOf(request, subscriptionOf(request));
  const found = all.find(({ databaseId }) => String(databaseId) === request.params["database"]);
  if (found === undefined) throw new Refusal(404, "Not Found");
  return found;
}

function view({ databaseId, protocol, settings, readyAtMs, madeAtMs, goneAtMs }: Database, nowMs: number): JsonObject {
  const { sourceIps, enableTls, password, defaultUserEnabled, ...plain } = settings;
  const isMade = isPast(madeAtMs, nowMs);
  const changing = isMade ? "active-change-pending" : "pending";
  const status = goneAtMs !== undefined ? "delete-pending" : isPast(readyAtMs, nowMs) ? "active" : changing;
  const host = `redis-${databaseId}.c1.us-east-1-2.ec2.redns.redis-cloud.com:${(databaseId % 10_000) + 10_000}`;
  return {
    ...{ databaseId, protocol, provider: "AWS", region: "us-east-1", status, redisVersionCompliance: "7.4.2" },
    ...plain,
    ...(isMade ? { publicEndpoint: host } : {}),
    security: { sourceIps, enableTls, password, defaultUserEnabled },
  };
}

/** The settings that a body asks for; what it leaves out stays. */
function settingsIn(body: JsonObject, old: Settings): Settings {
  return {
    name: stringField(body, "name") || old.name,
    dataPersistence: stringField(body, "dataPersistence") || old.dataPersistence,
    dataEvictionPolicy: stringField(body, "dataEvictionPolicy") || old.dataEvictionPolicy,
    replication: booleanField(body, "replication") ?? old.replication,
    sourceIps: "sourceIps" in body ? stringList(body, "sourceIps") : old.sourceIps,
    enableTls: booleanField(body, "enableTls") ?? old.enableTls,
    password: stringField(body, "password") || old.password,
    defaultUserEnabled: booleanField(body, "enableDefaultUser") ?? old.defaultUserEnabled,
    alerts: objectList(body, "alerts") ?? old.alerts,
  };
}

function refusalOf(request: PlainRequest, settings: Settings, self?: Database): TaskError | undefined {
  const subscription = subscriptionOf(request);
  const plan = planOf(subscription);
  const error = (type: string, description: string): TaskError => ({ status: "400 BAD_REQUEST", type, description });
  const others = databasesOf(request, subscription).filter((one) => one !== self);
  // Type and text of this one are not documented.
  if (others.some((one) => one.settings.name === settings.name))
    return error("DATABASE_NAME_ALREADY_EXISTS", "Database name already exists in the subscription");
  if (self === undefined && others.length >= plan.maximumDatabases)
    return error("DATABASES_LIMIT_REACHED", "The plan's number of databases is reached");
  if (settings.dataPersistence !== "none" && !plan.supportDataPersistence)
    return error("DATA_PERSISTENCE_NOT_SUPPORTED", "The plan does not support data persistence");
  if (settings.replication && !plan.supportReplication)
    return error("REPLICATION_NOT_SUPPORTED", "The plan does not support replication");
  if (settings.sourceIps.length > plan.cidrAllowRules)
    return error("CIDR_RULES_LIMIT_REACHED", "The plan's number of CIDR rules is reached");
  return undefined;
}

/** `/fixed/subscriptions/ID/databases` (rediscloud-go-api 1bb0c345, service/fixed/databases, read 2026-11). */
export const databaseRoutes: readonly PlainRoute[] = [
  {
    method: "GET",
    path,
    handle(request) {
      const subscription = subscriptionOf(request);
      const offset = Number(request.query.get("offset") ?? 0);
      const all = databasesOf(request, subscription);
      const page = all.slice(offset, offset + Number(request.query.get("limit") ?? 100));
      if (page.length === 0) throw new Refusal(404, "Not Found");
      const databases = page.map((one) => view(one, request.nowMs));
      const shown = { subscriptionId: subscription.id, numberOfDatabases: all.length, databases };
      return { status: 200, body: { accountId: 1001, subscription: shown } };
    },
  },
  {
    method: "GET",
    path: `${path}/:database`,
    handle: (request) => ({ status: 200, body: view(databaseOf(request), request.nowMs) }),
  },
  {
    method: "POST",
    path,
    handle(request) {
      const { body } = request;
      const subscription = subscriptionOf(request);
      if (stringField(body, "name") === "") throw new Refusal(400, "name is required");
      const settings = settingsIn(body, {
        ...{ name: "", dataPersistence: "none", dataEvictionPolicy: "volatile-lru", replication: false },
        // Open to everyone when nothing is said.
        ...{ sourceIps: ["0.0.0.0/0"], enableTls: false, defaultUserEnabled: true, alerts: [] },
        password: request.randomText(32),
      });
      const [resourceId, doneAtMs] = [newNumber(request), request.doneAtMs("create")];
      const facts = { commandType: "fixedDatabaseCreateRequest", doneAtMs, resourceId };
      const error = refusalOf(request, settings);
      if (error !== undefined) return beginTask(request, { ...facts, error });
      collectedItems<Database>(request, `databases of ${subscription.id}`).push({
        ...{ databaseId: resourceId, protocol: stringField(body, "protocol") || "stack" },
        // Only a change takes it.
        settings: { ...settings, defaultUserEnabled: true },
        ...{ readyAtMs: doneAtMs, madeAtMs: doneAtMs },
      });
      return beginTask(request, facts);
    },
  },
  {
    method: "PUT",
    path: `${path}/:database`,
    handle(request) {
      const database = databaseOf(request);
      const settings = settingsIn(request.body, database.settings);
      const doneAtMs = request.doneAtMs("change");
      const facts = { commandType: "fixedDatabaseUpdateRequest", doneAtMs, resourceId: database.databaseId };
      const isBusy = !isPast(database.readyAtMs, request.nowMs);
      const busy = {
        status: "409 CONFLICT",
        type: "SUBSCRIPTION_NOT_ACTIVE",
        description: "Subscription is not active",
      };
      const error = isBusy ? busy : refusalOf(request, settings, database);
      if (error !== undefined) return beginTask(request, { ...facts, error });
      Object.assign(database, { settings, readyAtMs: doneAtMs });
      return beginTask(request, facts);
    },
  },
  {
    method: "DELETE",
    path: `${path}/:database`,
    handle(request) {
      const database = databaseOf(request);
      const doneAtMs = request.doneAtMs("leave");
      database.goneAtMs ??= doneAtMs;
      return beginTask(request, {
        commandType: "fixedDatabaseDeleteRequest",
        doneAtMs,
        resourceId: database.databaseId,
      });
    },
  },
];
