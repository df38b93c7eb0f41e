import { hasOption } from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { resource_scope } from "../../../apis/gen/es/planton/shared/v1/options_pb.js";
import { optionOf } from "../../../contract/fields/option-of.js";
import type { Problem } from "../../../contract/planton-error.js";
import { defaultName } from "../../manifest/check/check-default-name.js";
import { childOf } from "../../manifest/check/walk-fields.js";
import type { FieldReference, StackInputReading } from "../../manifest/read-stack-input.js";
import { makeTarget, type Target, targetText } from "../../project/target-name.js";
import { nameByPattern, resourceNameField } from "../../session/resource-name.js";
import { placeIn, type Unit } from "../unit.js";

/**
 * E_WORKSPACE for each unit that would own the resource of another one at the vendor, at the later of the two: of one kind
 * and one account, with one name where names are unique (option `resource_scope`), or with one import_id. Without
 * credentials in the manifest the account is that of the environment variables, the same for all. What `others` own, units
 * of environments that were not asked for, counts as well; what is wrong among them alone is no problem here.
 */
export function vendorConflicts(
  units: readonly Unit[],
  { resourceNames, others }: { readonly resourceNames: string; readonly others: readonly Unit[] },
): Problem[] {
  const owners = new Map<string, Unit>();
  for (const other of others) {
    for (const { key } of ownedBy(other, resourceNames)) if (!owners.has(key)) owners.set(key, other);
  }
  // A manifest that is for several environments has one problem.
  const found = new Map<string, Problem>();
  for (const unit of units) {
    for (const owned of ownedBy(unit, resourceNames)) {
      const first = owners.get(owned.key);
      if (first === undefined) owners.set(owned.key, unit);
      // Two with one identity are another fault.
      else if (first.id !== unit.id) {
        const problem = conflict(unit, first, owned);
        const place = JSON.stringify([problem.file, problem.position]);
        if (!found.has(place)) found.set(place, problem);
        break;
      }
    }
  }
  return [...found.values()];
}

/** A resource at the vendor. */
interface OwnedResource {
  /** The same for two that are one. It may hold credentials, and is never shown. */
  readonly key: string;
  /** What two units have in common. */
  readonly what: string;
  /** Field path that says it, or would. */
  readonly fieldPath: string;
  readonly hint: string;
}

function ownedBy(unit: Unit, resourceNames: string): OwnedResource[] {
  const { entry, message, metadata } = unit.reading;
  const stackInput = reflect(entry.stackInput, message);
  const config = childOf(stackInput, "provider_config");
  const account = config === undefined ? [] : scalarsOf(config);
  const scope = scopeOf(unit.reading, childOf(childOf(stackInput, "target"), "spec"));
  const owned: OwnedResource[] = [];
  const keyOf = (...parts: readonly string[]): string =>
    JSON.stringify([entry.provider, entry.kind, account, scope?.values ?? [], ...parts]);
  const nameField = resourceNameField(entry, message);
  if (nameField !== undefined) {
    const own = nameField.isWithin ? unit.target.name : nameByPattern(resourceNames, unit.target);
    const name = nameField.given ?? defaultName(own, nameField.isVariable);
    owned.push({
      key: keyOf("name", name),
      what: `the name "${name}" at the vendor, in the same account`,
      fieldPath: nameField.given === undefined ? "target.metadata.name" : `target.${nameField.path}`,
      hint: `give one of the two another name: ${nameField.path}; one for an environment belongs into its overlay`,
    });
  } else if (scope !== undefined) {
    owned.push({
      key: keyOf("scope"),
      what: `the same ${scope.names.join(" and ")}, which one manifest alone can own`,
      fieldPath: `target.spec.${scope.names[0] ?? ""}`,
      hint: "put what both say into one manifest",
    });
  }
  if (metadata.importId !== undefined) {
    owned.push({
      key: keyOf("import", metadata.importId),
      what: `the import_id "${metadata.importId}", in the same account`,
      fieldPath: "target.metadata.import_id",
      hint: "take it out of one of the two; one for an environment belongs into its overlay",
    });
  }
  return owned;
}

function conflict(unit: Unit, first: Unit, { what, fieldPath, hint }: OwnedResource): Problem {
  const { file, position } = placeIn(first, fieldPath);
  const text = (target: Target): string =>
    `${target.kind} "${target.name}"${target.env === undefined ? "" : ` in "${target.env}"`}`;
  return {
    code: "E_WORKSPACE",
    severity: "error",
    ...placeIn(unit, fieldPath),
    message: `${text(unit.target)} and ${text(first.target)} (${file}:${position.line}) have ${what}`,
    hint,
  };
}

/** The fields that say where names are unique, and what they say; undefined for a kind without them. */
function scopeOf({ entry, references }: StackInputReading, spec: ReflectMessage | undefined) {
  const fields = entry.spec.fields.filter(
    (field) => hasOption(field, resource_scope) && optionOf(field, resource_scope),
  );
  if (fields.length === 0) return undefined;
  const values = fields.map((field): string => {
    const reference = references.find(({ fieldPath }) => fieldPath === `target.spec.${field.name}`);
    if (reference !== undefined) return referenceText(reference);
    return field.fieldKind === "scalar" && spec?.isSet(field) === true ? String(spec.get(field)) : "";
  });
  return { names: fields.map(({ name }) => name), values };
}

/** A literal as it is; of a reference what it points at. */
function referenceText(reference: FieldReference): string {
  const { source } = reference.field;
  if (source.case === "value") return source.value;
  const { output, project = "", stack = "" } = reference;
  return JSON.stringify([targetText(makeTarget(reference)), output, project, stack]);
}

function scalarsOf(message: ReflectMessage): readonly (readonly [string, string])[] {
  return message.fields
    .filter((field) => field.fieldKind === "scalar" && message.isSet(field))
    .map((field) => [field.name, String(message.get(field))]);
}
