import type { PlantonError } from "../../../contract/planton-error.js";
import type { HttpRequest, HttpResponse } from "../../../http/http-message.js";
import type { JsonObject } from "../../../http/json.js";
import type { CreatingApi } from "../creation/create-once.js";
import type { Warn } from "../resource/provider.js";
import type { ResourceDeclaration } from "../resource/resource.js";
import type { WorkLimits } from "../resource/work-limits.js";
import type { PartialValuesOf, PropertyDeclarations, ValuesOf } from "../schema/property-declaration.js";
import type { PropertyMap } from "../schema/property-value.js";

/** One of a vendor's REST APIs. */
export interface RestApi {
  /** The response whatever its status. Throws E_VENDOR_UNREACHABLE when there is none. */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** The error for a response; the message holds none of the secrets. */
  errorOf(response: HttpResponse, secrets?: readonly string[]): PlantonError;
  /** The JSON object of a success; throws what {@link errorOf} makes of any other response. */
  bodyOf(response: HttpResponse, secrets?: readonly string[]): JsonObject;
}

/** What a managed resource needs of a plugin's API. */
export interface ManagedApi extends RestApi, CreatingApi {
  readonly warn: Warn;
}

/** A request as a resource declares it. */
export type ManagedRequest = Pick<HttpRequest, "method" | "path" | "body" | "headers" | "repeatable">;

/** A request that changes an object in place. */
export interface ManagedChange extends ManagedRequest {
  /** Names of the inputs that it sets; until its outcome is known, so is not what the object has of them. */
  readonly sets: readonly string[];
  /** Which of several changes of the same inputs it is, as for a set of children one by one. Default: by `sets`. */
  readonly step?: string;
  /** What is known of these inputs until then. Default: nothing. */
  readonly meanwhile?: PropertyMap;
  /** The object is what the inputs say without it too, so that a response 400 ends it and does no harm. */
  readonly optional?: true;
}

/** One operation of the engine, as the special steps of a resource see it. */
export interface ManagedCall<Api> {
  readonly api: Api;
  readonly urn: string;
  readonly limits: WorkLimits;
}

/** What a response to a reading says; "hidden": its container is not there, or not for this token. */
export type Presence = "present" | "gone" | "hidden";

/** Who may be taken for the object when it is there and neither the state nor a record names it. */
export type ForeignPolicy =
  /** Nobody: its presence is an error. */
  | "refuse"
  /** One that is already what the inputs say; any other one is an error. */
  | "take-equal"
  /** Any one, which is then changed to what the inputs say. */
  | "adopt"
  /** The same; that there is none is an error, so that none is ever created. */
  | "adopt-only"
  /** It is left alone and another one of the same name is created. */
  | "ignore";

/** The object is read by what the inputs say: there is one of a name at most. */
export interface FoundByName<Inputs, Api, Key> {
  readonly by: "name";
  readonly keyOf: (inputs: Inputs, call: ManagedCall<Api>) => Key | Promise<Key>;
  /**
   * Input whose value in the object proves that an earlier run of this stack wrote it, where anybody may use the name
   * again. Records keep a salted hash of it.
   */
  readonly evidence?: Extract<keyof Inputs, string>;
  /**
   * For a part of something else, which is there as long as that is: whether nobody has set it. Then it is this stack's to
   * set, and counts as deleted.
   */
  readonly isUntouched?: (object: JsonObject) => boolean;
}

/** The vendor gives the id: a list is searched by name and by mark. */
export interface FoundInList<Inputs, Api, Key> {
  readonly by: "list";
  /**
   * All objects that may be meant, without those that are being deleted. "named": those of other names may be left out;
   * a lost creation, for which "all" are asked for, may have been renamed.
   */
  readonly list: (inputs: Inputs, call: ManagedCall<Api>, scope: "named" | "all") => Promise<readonly JsonObject[]>;
  readonly keyIn: (object: JsonObject, inputs: Inputs) => Key | undefined;
  readonly nameOf: (inputs: Inputs) => string;
  readonly nameIn: (object: JsonObject) => string | undefined;
  /** When it was created, RFC 3339; without it an object counts as created now at the latest. */
  readonly createdIn?: (object: JsonObject) => string | undefined;
  /** Whether one of others with that name is meant at all, as it is in the same region. Default: it is. */
  readonly isMeant?: (object: JsonObject, inputs: Inputs) => boolean;
  /**
   * The owner mark of the stack, where the vendor keeps one with the object. An imported one without it counts as
   * adopted.
   */
  readonly mark?: {
    readonly of: (inputs: Inputs) => string | undefined;
    readonly in: (object: JsonObject) => string | undefined;
  };
}

/** What the state of an object is made of. */
export interface StateFacts<State, Key> {
  readonly key: Key;
  /** What is certain although a response need not contain it: the last state, and inputs that were set since. */
  readonly known: State;
  /** It was there before this stack, which took it over. */
  readonly adopted: boolean;
  /** Nothing was known of it before. */
  readonly importing?: boolean;
}

/** What differences are computed from. */
export interface ChangeFacts<Inputs, State, Key> {
  readonly key: Key;
  readonly inputs: Inputs;
  /** The object as the vendor has it; absent where that is not known. */
  readonly actual: State;
  readonly object: JsonObject;
  /** Names of the inputs that were generated, not given. */
  readonly generated: ReadonlySet<string>;
  readonly adopted: boolean;
  /** For an object that is being adopted: what it was when it was found, so that only that is overwritten. */
  readonly foundAs: State | undefined;
}

/** How far a task of the vendor is, by the response about it. `done` is the response to the request that began it. */
export type TaskProgress = "running" | { readonly done: JsonObject } | { readonly failed: string };

/** How an object is read, and what a reading says of it. */
export interface ReadingRules<Api, Key> {
  /** For messages: "secret". */
  readonly noun: string;
  readonly id: {
    /** The id that the engine keeps. */
    readonly text: (key: Key) => string;
  };
  /** Asks for the object; `polling`: only what {@link isReady} and {@link isLeaving} read is needed. */
  readonly read: (key: Key, options: { readonly polling: boolean }) => ManagedRequest;
  /** Default: a 404 says gone. */
  readonly presence?: (response: HttpResponse, key: Key, call: ManagedCall<Api>) => Presence | Promise<Presence>;
  /** The object in the response to a reading or creation; undefined: there is none. "invalid": it cannot be read. */
  readonly objectIn?: (body: JsonObject, key: Key | undefined) => JsonObject | undefined | "invalid";
  /** Whether the object can be used and changed. Default: always. */
  readonly isReady?: (object: JsonObject) => boolean;
  /** Whether it is being deleted or is. Default: never. */
  readonly isLeaving?: (object: JsonObject) => boolean;
  /** Why it does not become ready by itself any more; undefined: it may. */
  readonly failedReason?: (object: JsonObject) => string | undefined;
}

/** The calls and rules of a resource; all but its properties. */
export interface ManagedRules<Inputs, State, Api, Key> extends ReadingRules<Api, Key> {
  /** Which of the vendor's APIs has it. Default: the API itself. */
  readonly rest?: (api: Api) => RestApi;
  readonly id: ReadingRules<Api, Key>["id"] & {
    /**
     * Reads an id; undefined: what the object is part of is gone. Throws E_VENDOR for what is no id. `inputs` are those of
     * an update.
     */
    readonly parse: (
      id: string,
      call: ManagedCall<Api> & { readonly state: State; readonly importing: boolean; readonly inputs?: Inputs },
    ) => Key | undefined | Promise<Key | undefined>;
  };
  readonly find: FoundByName<Inputs, Api, Key> | FoundInList<Inputs, Api, Key>;
  /** What distinguishes records of creations at the same URN beside the owner. Default: the id where the name gives it. */
  readonly recordScope?: (values: State) => string;
  /** Inputs that the vendor does not keep, such as policies and deadlines: the state has the last ones given. */
  readonly local?: readonly Extract<keyof Inputs, string>[];
  /** What the object is kept in, for messages about "hidden": 'config "prd" of project "shop"'. */
  readonly container?: (key: Key) => string;
  readonly toState: (object: JsonObject, facts: StateFacts<State, Key>) => State;
  /** Why a response withholds values, for messages: "is restricted, so the token may not read its value". */
  readonly withheld?: (object: JsonObject) => string | undefined;
  readonly create: (inputs: Inputs) => ManagedRequest;
  /**
   * The creation that is sent after one that was refused, such as one without what the vendor does not take. Default:
   * none.
   */
  readonly createAgain?: (inputs: Inputs, refused: HttpResponse) => ManagedRequest | undefined;
  /** The requests that make the object what the inputs say, in order; none when it is. Absent: changes replace. */
  readonly changes?: (facts: ChangeFacts<Inputs, State, Key>) => readonly ManagedChange[];
  /**
   * Write-only inputs that are taken for what the object has without being sent, as the password of one of others may
   * be.
   */
  readonly trusted?: (
    facts: Pick<ChangeFacts<Inputs, State, Key>, "inputs" | "generated" | "adopted">,
  ) => readonly Extract<keyof Inputs, string>[];
  /** `object` is what was read just before; undefined unless `removal` is "confirmed". */
  readonly remove: (key: Key, object: JsonObject | undefined) => ManagedRequest;
  /**
   * When a deletion is complete. "accepted": with its success response. "awaited": when the object no longer exists.
   * "confirmed": the same, and the object is read before each request, for APIs where a success proves nothing. Default:
   * "accepted".
   */
  readonly removal?: "accepted" | "awaited" | "confirmed";
  /** The vendor carries requests out as tasks. */
  readonly task?: {
    /** Asks for the task that a response to a request began; undefined: it began none. */
    readonly read: (response: JsonObject) => ManagedRequest | undefined;
    readonly progress: (task: JsonObject, response: JsonObject) => TaskProgress;
  };
  /** Default: "refuse". */
  readonly foreign?: (inputs: Inputs) => ForeignPolicy;
  /** The object of others that the inputs name for adoption, whatever its name; undefined: the one of the name. */
  readonly foreignKey?: (inputs: Inputs) => Key | undefined;
  /** How the policy for objects of others is changed, for messages. */
  readonly foreignHint?: string;
  /** Seconds until an operation gives up, unless customTimeouts says otherwise; undefined: 600. */
  readonly deadlineSeconds?: {
    readonly ready?: (inputs: Inputs) => number | undefined;
    readonly gone?: (values: State) => number | undefined;
  };
  /** Before anything is looked for; throws what keeps the object from being created. */
  readonly beforeCreate?: (inputs: Inputs, call: ManagedCall<Api>) => Promise<void>;
  /**
   * What only the response to the creation contains, such as a secret that is shown once; it is kept in the state.
   * Nobody has it when that response was lost. An undefined value says of an input that the creation does not set it.
   */
  readonly afterCreate?: (response: JsonObject, inputs: Inputs) => State;
  /**
   * What only the response to the creation contains is what the object is for, as the secret of a key is: one whose
   * response was lost is deleted and another one created.
   */
  readonly uselessWithoutResponse?: true;
  /** Before a deletion: "keep" leaves the object at the vendor. Throws what refuses the deletion. */
  readonly beforeDelete?: (
    facts: { readonly key: Key; readonly state: State; readonly inputs: State } & ManagedCall<Api>,
  ) => Promise<"delete" | "keep">;
}

type Shape<Inputs extends PropertyDeclarations, Outputs extends PropertyDeclarations, Api> = Omit<
  ResourceDeclaration<Inputs, Outputs, Api>,
  "create" | "read" | "update" | "delete"
>;

/** A managed resource as its file declares it. An input `owner` is the mark of the stack. */
export type ManagedDeclaration<
  Inputs extends PropertyDeclarations,
  Outputs extends PropertyDeclarations,
  Api extends ManagedApi,
  Key extends object,
> = Shape<Inputs, Outputs, Api> & ManagedRules<ValuesOf<Inputs>, PartialValuesOf<Inputs & Outputs>, Api, Key>;
