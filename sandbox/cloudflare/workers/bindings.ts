import { createHash } from "node:crypto";
import { type JsonObject, stringField, stringList } from "../../kit/base/json-fields.js";
import { accountItems, type Request } from "../cloudflare-request.js";
import { refusal } from "../envelope.js";
import { wantedBindings } from "./upload-form.js";
import { type Binding, type DurableClass, liveVersion, scriptsOf, type WorkerScript } from "./worker-script.js";

/** Types that Cloudflare knows (`@pulumi/cloudflare` 6.22.1, WorkersScriptBinding). */
const types: ReadonlySet<string> = new Set(
  (
    "ai analytics_engine artifacts assets browser d1 data_blob dispatch_namespace durable_object_namespace hyperdrive " +
    "images inherit json kv_namespace media mtls_certificate pipelines plain_text queue r2_bucket ratelimit " +
    "secret_key secret_text secrets_store_secret send_email service text_blob vectorize version_metadata wasm_module " +
    "workflow"
  ).split(" "),
);

/** Bindings to something of the account that has to be there. */
const targets: Readonly<
  Record<string, { readonly key: string; readonly collection: string; readonly id: string; readonly code: number }>
> = {
  kv_namespace: { key: "namespace_id", collection: "kv_namespaces", id: "id", code: 10041 },
  queue: { key: "queue_name", collection: "queues", id: "queue_name", code: 11000 },
  d1: { key: "id", collection: "d1_databases", id: "uuid", code: 10181 },
  r2_bucket: { key: "bucket_name", collection: "r2_buckets", id: "name", code: 10085 },
};

/** What bindings are made for. */
export interface BindingOwner {
  readonly name: string;
  /** The Worker as it is; undefined: it is new. */
  readonly old: WorkerScript | undefined;
  readonly classes: readonly DurableClass[];
}

/**
 * The bindings of an upload in the form in which they are kept, by name. Throws the codes of Cloudflare for a target that
 * is
 * not there: 10143 a Worker, 10041 a KV namespace, 11000 a queue, 10181 a D1 database, 10085 an R2 bucket, 10061 a class,
 * 10057 a binding to inherit (Cloudflare's clients, read 2026-11).
 */
export function makeBindings(metadata: JsonObject, owner: BindingOwner, request: Request): readonly Binding[] {
  const before = owner.old === undefined ? [] : liveVersion(owner.old).bindings;
  const wanted = wantedBindings(metadata).flatMap((binding) => makeBinding(binding, { ...owner, before }, request));
  const names = new Set(wanted.map(({ name }) => name));
  const keptTypes = stringList(metadata, "keep_bindings");
  const kept = before.filter(({ name, type }) => keptTypes.includes(type) && !names.has(name));
  return [...wanted, ...kept].sort((left, right) => (left.name < right.name ? -1 : 1));
}

function makeBinding(
  binding: JsonObject,
  { name: script, classes, before }: BindingOwner & { readonly before: readonly Binding[] },
  request: Request,
): readonly Binding[] {
  const [name, type] = [stringField(binding, "name"), stringField(binding, "type")];
  if (!types.has(type)) throw refusal(400, 10021, `Unknown binding type '${type}' of '${name}'`);
  if (type === "inherit") {
    const old = before.find((one) => one.name === (stringField(binding, "old_name") || name));
    if (old !== undefined) return [{ ...old, name }];
    if (request.query.get("bindings_inherit") !== "strict") return [];
    throw refusal(400, 10057, `Binding '${name}' cannot be inherited: there is none`);
  }
  const target = targets[type];
  const wanted = target === undefined ? "" : stringField(binding, target.key);
  if (target !== undefined) {
    const items = accountItems<JsonObject>(request, target.collection);
    if (!items.some((item) => item[target.id] === wanted))
      throw refusal(400, target.code, `${target.key} '${wanted}' of binding '${name}' is not valid`);
  }
  if (type === "service") assertScript(stringField(binding, "service"), { name, script }, request);
  if (type === "durable_object_namespace") return [durableBinding(binding, { script, classes }, request)];
  if (type !== "secret_text" && type !== "secret_key") return [{ ...binding, name, type }];
  const { text, key_base64: keyBase64, key_jwk: keyJwk, ...rest } = binding;
  const digest = createHash("sha256")
    .update(String(text ?? keyBase64 ?? keyJwk ?? ""))
    .digest("hex");
  return [{ ...rest, name, type, digest }];
}

function assertScript(
  wanted: string,
  { name, script }: { readonly name: string; readonly script: string },
  request: Request,
): void {
  if (wanted === script || scriptsOf(request).some((one) => one.name === wanted)) return;
  const problem = `Could not resolve service binding '${name}'. Target Worker '${wanted}' not found.`;
  throw refusal(400, 10143, problem);
}

function durableBinding(
  binding: JsonObject,
  { script, classes }: { readonly script: string; readonly classes: readonly DurableClass[] },
  request: Request,
): Binding {
  const [name, className] = [stringField(binding, "name"), stringField(binding, "class_name")];
  const of = stringField(binding, "script_name");
  if (of === "" || of === script) {
    const found = classes.find((one) => one.class === className);
    if (found !== undefined) return { ...binding, name, type: "durable_object_namespace", namespace_id: found.id };
  } else {
    const other = scriptsOf(request).find((one) => one.name === of);
    const found = other?.classes.find((one) => one.class === className);
    if (found !== undefined) return { ...binding, name, type: "durable_object_namespace", namespace_id: found.id };
  }
  throw refusal(
    400,
    10061,
    `Cannot create binding for class '${className}' because it is not currently configured to implement Durable Objects.`,
  );
}

/** A binding as responses show it: of a secret its name alone. */
export function bindingView({ digest: _, ...binding }: Binding): JsonObject {
  return binding;
}

/** Notes which queues a Worker writes to: such a queue is not deleted. */
export function noteQueues(script: string, bindings: readonly Binding[], request: Request): void {
  const notes = accountItems<{ readonly queue_id: unknown; readonly script: string }>(request, "queue_bindings");
  const queues = accountItems<JsonObject>(request, "queues");
  const kept = notes.filter((note) => note.script !== script);
  const names = bindings.filter(({ type }) => type === "queue").map((binding) => binding["queue_name"]);
  const added = queues.filter((queue) => names.includes(queue["queue_name"]));
  notes.splice(0, notes.length, ...kept, ...added.map((queue) => ({ queue_id: queue["queue_id"], script })));
}
