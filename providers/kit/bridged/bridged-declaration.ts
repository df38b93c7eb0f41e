import type { Clock } from "../../../contract/clock.js";
import type { HttpRequest } from "../../../http/http-message.js";
import type { JsonObject } from "../../../http/json.js";
import type { ResourceDeclaration } from "../resource/resource.js";
import type { PartialValuesOf, PropertyDeclarations, ValuesOf } from "../schema/property-declaration.js";
import type { BridgedWait, SentAgain } from "./bridged-requests.js";
import type { FieldKeys } from "./read-fields.js";

/** A request without what the kit adds. */
export type BridgedRequest = Pick<HttpRequest, "method" | "path" | "body">;

/** A resource as its plugin has it in hand: what Terraform's ResourceData gives. */
export interface Held<State> {
  readonly id: string;
  /** Known of it: the inputs, beside what was read or kept before. */
  readonly known: State;
}

/** What a step of an update may read. */
export interface BridgedChange<Inputs, State> extends Held<State> {
  readonly inputs: Inputs;
  /** As it was before. */
  readonly state: State;
  /** Names of the inputs that differ. */
  readonly changed: ReadonlySet<string>;
}

/** One step after a creation, or of an update. */
export interface BridgedStep<Subject> {
  /** What goes on, for the message when it fails: "resizing database cluster". */
  readonly doing: string;
  /** The inputs of which one must have changed; absent: it is always taken. Without meaning after a creation. */
  readonly on?: readonly string[];
  /** What is sent, in this order; undefined: nothing. May throw a PluginCrash. */
  readonly send: (subject: Subject) => BridgedRequest | readonly BridgedRequest[] | undefined;
  /** Waits after it until the object is ready, with the default time whatever the program says. */
  readonly waits?: true;
}

/** What the reading of an object gets beside it. */
export interface BridgedReading<State> extends Held<State> {
  /** Reads something else of it: the body of a GET. Throws E_VENDOR. */
  readonly get: (path: string) => Promise<JsonObject>;
}

type SharedKeys = "type" | "description" | "inputs" | "outputs" | "outputsChangedBy" | "check" | "customTimeouts";

/**
 * A resource of a plugin that the Terraform bridge makes of a Terraform provider, with all that is unkind in it. Some is
 * the same for all: a replacement deletes first when a name was given, custom timeouts that the resource does not declare
 * are ignored with a warning, a failed creation before there is an id leaves what was made, a failed update keeps the new
 * inputs in the state, and a deletion of what is gone fails.
 */
export interface BridgedDeclaration<Inputs extends PropertyDeclarations, Outputs extends PropertyDeclarations>
  extends Pick<ResourceDeclaration<Inputs, Outputs, unknown>, SharedKeys> {
  /** What messages call it: "error creating vpc: ..." */
  readonly noun: string;
  /** What messages call its reading. Default: "retrieving". */
  readonly reading?: string;
  /** Path of the object, from which it is read, and at which it is deleted. */
  readonly path: (held: Held<PartialValuesOf<Inputs & Outputs>>) => string;
  /** Key of the object in responses; absent: a response is the object. */
  readonly key?: string;
  /** Creations of one key run one after the other within the plugin. */
  readonly lock?: (known: PartialValuesOf<Inputs & Outputs>) => string;
  /** Deletions take the lock too. */
  readonly locksDeletions?: true;
  /** What the plugin looks into without a look whether there is a response: without one it crashes. */
  readonly crashesWithoutResponse?: readonly ("create" | "read")[];
  readonly create: {
    readonly send: (inputs: ValuesOf<Inputs>) => BridgedRequest;
    readonly again?: SentAgain;
    /** The id of what a creation made, or undefined when the response holds none. */
    readonly id: (object: JsonObject, inputs: ValuesOf<Inputs>, clock: Clock) => string | undefined;
    /** What is kept of the response beside the inputs. Default: nothing. */
    readonly keep?: (object: JsonObject, id: string) => PartialValuesOf<Inputs & Outputs>;
    /** True: the response is the object as it will be; nothing is read after it. */
    readonly isWhole?: true;
    /** What is set after the object is there and ready. */
    readonly parts?: readonly BridgedStep<
      Held<PartialValuesOf<Inputs & Outputs>> & { readonly inputs: ValuesOf<Inputs> }
    >[];
  };
  /** Waited for after a creation, before there is an id in the state, and after some steps of an update. */
  readonly wait?: BridgedWait;
  /** Keys of properties in responses, for `readFields`. */
  readonly keys?: FieldKeys;
  /**
   * What a response says beside what `readFields` reads of it; undefined takes a property away. What neither says is kept
   * as it is known.
   */
  readonly state?: (
    object: JsonObject,
    reading: BridgedReading<PartialValuesOf<Inputs & Outputs>>,
  ) => PartialValuesOf<Inputs & Outputs> | Promise<PartialValuesOf<Inputs & Outputs>>;
  /** What the id of an import stands for. Default: the id alone. */
  readonly importing?: (id: string, clock: Clock) => Held<PartialValuesOf<Inputs & Outputs>>;
  /** The steps of an update, in order. Absent: every change replaces. */
  readonly update?: readonly BridgedStep<BridgedChange<ValuesOf<Inputs>, PartialValuesOf<Inputs & Outputs>>>[];
  /** How it is deleted, where that is not a DELETE of its path. */
  readonly remove?: {
    readonly send?: (held: Held<PartialValuesOf<Inputs & Outputs>>) => BridgedRequest;
    readonly again?: SentAgain;
  };
}
