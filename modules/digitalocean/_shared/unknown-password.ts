import { all, type Output } from "@pulumi/pulumi";
import type { ModuleContext } from "../../../contract/module.js";
import { asNonEmptyString } from "../../../http/json.js";
import { missingPassword } from "./missing-password.js";
import type { ParentCluster } from "./parent-cluster.js";

/** A resource that may have been read without its password: imported, or with a token of small scope. */
export interface PasswordOfPart {
  /** What it belongs to, for people: `user "app"`. */
  readonly of: string;
  readonly cluster: ParentCluster;
  readonly user: Output<string>;
  /** The SDK's types promise one; the API does not. */
  readonly password: Output<string>;
}

/** Warns, in each run, of a password that the vendor does not return. */
export function warnWithoutPassword({ of, cluster, user, password }: PasswordOfPart, context: ModuleContext): void {
  all([cluster.id, cluster.engine, user, password]).apply(([clusterId, engine, name, known]) => {
    if (!known) context.warn(missingPassword({ of, clusterId, user: name, engine }));
  });
}

/** An address that holds a password; undefined while that is not known: the plugin writes the address without it then. */
export function withPassword(uri: Output<string>, password: Output<string>): Output<string | undefined> {
  return all([uri, password]).apply(([text, known]) => (asNonEmptyString(known) === undefined ? undefined : text));
}
