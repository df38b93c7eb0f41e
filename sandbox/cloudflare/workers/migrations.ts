import { type JsonObject, objectField, objectList, stringField, stringList } from "../../kit/base/json-fields.js";
import { newId, type Request } from "../cloudflare-request.js";
import { refusal } from "../envelope.js";
import { sourceText } from "./upload-form.js";
import { type DurableClass, type ScriptModule, scriptsOf, type WorkerScript } from "./worker-script.js";

/** The classes of durable objects after an upload, and the tag of the last migration. */
export interface Migrated {
  readonly classes: readonly DurableClass[];
  readonly migrationTag: string | undefined;
}

/**
 * Applies the migrations of an upload (developers.cloudflare.com/durable-objects/reference/durable-objects-migrations, read
 * 2026-11). Throws 10079 for another tag than the last one, 10074 for a class that there is, 10064 for one that the script
 * does not hold although it has a namespace.
 */
export function migrate(
  metadata: JsonObject,
  { old, modules }: { readonly old: WorkerScript | undefined; readonly modules: readonly ScriptModule[] },
  request: Request,
): Migrated {
  const migrations = objectField(metadata, "migrations");
  let classes: readonly DurableClass[] = old?.classes ?? [];
  let migrationTag = old?.migration_tag;
  if (migrations !== undefined && Object.keys(migrations).length > 0) {
    const expected = stringField(migrations, "old_tag");
    if (expected !== (migrationTag ?? ""))
      throw refusal(
        412,
        10079,
        `Migration tag precondition failed; expected tag '${expected}', current tag '${migrationTag ?? ""}'`,
      );
    for (const step of [migrations, ...(objectList(migrations, "steps") ?? [])])
      classes = applied(step, classes, request);
    migrationTag = stringField(migrations, "new_tag") || migrationTag;
  }
  const text = sourceText(modules);
  const lost = classes.find((one) => !new RegExp(`\\b${one.class}\\b`).test(text));
  if (lost !== undefined && modules.length > 0)
    throw refusal(
      400,
      10064,
      `New version of script does not export class '${lost.class}' which is depended on by existing Durable Objects.`,
    );
  return { classes, migrationTag };
}

function applied(step: JsonObject, before: readonly DurableClass[], request: Request): readonly DurableClass[] {
  const make = (sqlite: boolean) => (name: string) => ({ id: newId(request), class: name, sqlite });
  const added = [
    ...stringList(step, "new_classes").map(make(false)),
    ...stringList(step, "new_sqlite_classes").map(make(true)),
  ];
  const again = added.find((one) => before.some((old) => old.class === one.class));
  if (again !== undefined)
    throw refusal(
      400,
      10074,
      `Cannot apply new-class migration to class '${again.class}' that is already depended on by existing Durable Objects.`,
    );
  const deleted = stringList(step, "deleted_classes");
  const renamed = objectList(step, "renamed_classes") ?? [];
  const named = before
    .filter((one) => !deleted.includes(one.class))
    .map((one) => {
      const change = renamed.find((entry) => stringField(entry, "from") === one.class);
      return change === undefined ? one : { ...one, class: stringField(change, "to") };
    });
  const transferred = (objectList(step, "transferred_classes") ?? []).map((entry) => transfer(entry, request));
  return [...named, ...added, ...transferred];
}

/** Takes a class with its objects from another Worker. */
function transfer(entry: JsonObject, request: Request): DurableClass {
  const from = scriptsOf(request).find(({ name }) => name === stringField(entry, "from_script"));
  const found = from?.classes.find((one) => one.class === stringField(entry, "from"));
  if (from === undefined || found === undefined)
    throw refusal(400, 10061, `Cannot transfer class '${stringField(entry, "from")}': there is none`);
  from.classes = from.classes.filter((one) => one !== found);
  return { ...found, class: stringField(entry, "to") };
}
