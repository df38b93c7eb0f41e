import { PlantonError } from "../../contract/planton-error.js";
import type { IntentSubject } from "../kit/intent-store.js";

/** What names a secret at Doppler. */
export interface SecretId {
  readonly project: string;
  readonly config: string;
  readonly name: string;
}

/** The id of a secret as the engine keeps it, and as Doppler's Terraform provider writes it. */
export function secretIdText({ project, config, name }: SecretId): string {
  return `${project}.${config}.${name}`;
}

/** The secret as a URI that planton reads. */
export function secretUri({ project, config, name }: SecretId): string {
  return `doppler://${project}/${config}/${name}`;
}

/** Reads an id, as an import gives it; throws E_VENDOR for any other text. */
export function parseSecretId(id: string): SecretId {
  const [, project, config, name] = /^([\w-]+)\.([\w-]+)\.([A-Z_][A-Z0-9_]*)$/.exec(id) ?? [];
  if (project !== undefined && config !== undefined && name !== undefined) return { project, config, name };
  const message = `"${id}" is no id of a secret`;
  throw new PlantonError({ code: "E_VENDOR", message, hint: 'write it as "<project>.<config>.<NAME>"' });
}

/** What the record of a secret's creation is about. */
export function secretSubject(urn: string, id: SecretId, owner?: string): IntentSubject {
  const text = secretIdText(id);
  return { urn, owner: owner === undefined ? text : `${text},${owner}` };
}
