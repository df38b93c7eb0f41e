import type { JsonObject } from "../../../http/json.js";
import type { ResourceDeclaration } from "../resource/resource.js";
import type { PartialValuesOf, PropertyDeclarations } from "../schema/property-declaration.js";
import type { PropertyMap } from "../schema/property-value.js";
import type { ApiNames } from "./api-names.js";
import type { BridgedApi } from "./bridged-api.js";

type SharedKeys = "type" | "description" | "inputs" | "outputs" | "outputsChangedBy" | "check";

/** What a body may depend on beside the inputs. */
export interface BodyFacts extends Pick<BridgedApi, "defects"> {
  /** The state before the change, under the API's names; undefined for a creation. */
  readonly old: JsonObject | undefined;
}

/**
 * A resource of a plugin that the Terraform bridge makes of a provider on the plugin framework whose code is generated from
 * the vendor's API: one request for each operation, bodies that hold the inputs under the API's names, and a state
 * that is the response. The same for all of them (pulumi-terraform-bridge, pkg/pf/tfbridge 0e0b40a8 and 012ed3f1, read
 * 2026-11): a replacement makes the new one first, a failed update leaves the old state, custom timeouts are ignored,
 * nothing is waited for, and a deletion of what is gone fails.
 */
export interface FrameworkDeclaration<Inputs extends PropertyDeclarations, Outputs extends PropertyDeclarations>
  extends Pick<ResourceDeclaration<Inputs, Outputs, unknown>, SharedKeys> {
  /** Path of the collection with inputs in it: `/accounts/{accountId}/queues`. These are in no body. */
  readonly collection: string;
  /** Path of the object, where it is not the collection's and the id: `/accounts/{accountId}/r2/buckets/{name}/cors`. */
  readonly item?: string;
  /** The resource's id in a response. Default: the value of its key "id". */
  readonly id?: (result: JsonObject, values: PartialValuesOf<Inputs & Outputs>) => string | undefined;
  /** The properties that an import names, with slashes between; "id" is the id. Absent: it cannot be imported. */
  readonly importedBy?: readonly string[];
  /** How it is created: by a POST to the collection, or a PUT to the object. Default: POST. */
  readonly creates?: "POST" | "PUT";
  /** The path of a PUT that creates. Default: the object's. */
  readonly createsAt?: "collection";
  /** How it is changed: PUT or POST with all inputs, PATCH with those that differ. Absent: every change replaces. */
  readonly changes?: "PUT" | "POST" | "PATCH";
  /** False: the plugin's deletion does nothing. */
  readonly deletes?: false;
  /** Inputs that are sent in no body, beside those of the collection's path. */
  readonly unsent?: readonly string[];
  /** More headers of every request. */
  readonly headers?: (values: PartialValuesOf<Inputs & Outputs>) => Readonly<Record<string, string>>;
  /** Names of the API. Default: the properties' with underscores. */
  readonly names?: ApiNames;
  /** The object of the API's own that a response holds. Default: its key "result". */
  readonly result?: (body: JsonObject) => JsonObject | undefined;
  /** A request's body, where it is not what the inputs make; undefined: none. */
  readonly body?: (body: JsonObject, values: PartialValuesOf<Inputs & Outputs>, facts: BodyFacts) => unknown;
  /** What a response says beside what is read by names; undefined takes a property away. */
  readonly state?: (result: JsonObject, values: PartialValuesOf<Inputs & Outputs>) => PartialValuesOf<Inputs & Outputs>;
}

/** A declaration as the kit calls it: with inputs that passed its checks, and with states that it gave itself. */
export interface UntypedFramework
  extends Omit<
    FrameworkDeclaration<PropertyDeclarations, PropertyDeclarations>,
    "id" | "headers" | "body" | "state" | "result"
  > {
  id?(result: JsonObject, values: PropertyMap): string | undefined;
  headers?(values: PropertyMap): Readonly<Record<string, string>>;
  result?(body: JsonObject): JsonObject | undefined;
  body?(body: JsonObject, values: PropertyMap, facts: BodyFacts): unknown;
  state?(result: JsonObject, values: PropertyMap): PropertyMap;
}
