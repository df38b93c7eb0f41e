/** Who has to act: the user's input is wrong, the environment failed, or planton has a bug. */
export type ErrorFamily = "input" | "environment" | "bug";

/** Facts about one error code. */
export interface ErrorCodeFacts {
  readonly family: ErrorFamily;
  /** One line: what the code means. */
  readonly meaning: string;
  /** Process exit code of a command that ends with it (Pulumi's table, plus 64 for a bad manifest). */
  readonly exitCode: number;
  /** What to do when the place that throws has nothing more exact to say. */
  readonly hint: string;
}

const input = (meaning: string, hint: string): ErrorCodeFacts => ({ family: "input", meaning, exitCode: 64, hint });
const environment = (exitCode: number, meaning: string, hint: string): ErrorCodeFacts => ({
  family: "environment",
  meaning,
  exitCode,
  hint,
});

/** The closed set of error codes. `docs/errors.md` and `planton explain E_...` are made from it. */
export const errorCodes = {
  E_LOAD_NOT_FOUND: input(
    "the stack input file does not exist",
    "check the path; it is relative to the current folder",
  ),
  E_LOAD_UNREADABLE: input("the stack input cannot be read", "check that it is a file and that you may read it"),
  E_LOAD_TOO_LARGE: input("the stack input is too large", "a stack input is at most 1 MiB; split it"),
  E_LOAD_EMPTY: input("the stack input holds nothing", "write a manifest with apiVersion, kind, metadata and spec"),
  E_LOAD_YAML: input("the file is not valid YAML", "correct the YAML at the place shown"),
  E_LOAD_DUPLICATE_KEY: input("duplicate key in a map", "remove one of the two"),
  E_LOAD_ALIAS: input("the file's YAML aliases expand to too much", "write the values out"),
  E_LOAD_MULTIPLE_DOCUMENTS: input("the file holds several YAML documents", "keep one stack input per file"),
  E_KIND_UNKNOWN: input("the kind is not in the catalog", "see the list: planton kinds"),
  E_KIND_MISSING: input(
    "the kind is not given and cannot be inferred from the spec",
    "write apiVersion and kind, or pass --kind",
  ),
  E_KIND_API_VERSION: input("the apiVersion does not belong to the kind", "use the apiVersion shown"),
  E_DECODE_UNKNOWN_FIELD: input("the field does not exist", "remove it or correct its name"),
  E_DECODE_TYPE: input("the value has the wrong type", "write a value of the type shown"),
  E_DECODE_ENUM: input("the value is not one of the allowed ones", "use one of the values shown"),
  E_DECODE_RANGE: input("the number does not fit the field", "use a number in the range shown"),
  E_DECODE_NULL: input("the value is empty", "give a value or remove the key"),
  E_DECODE_DUPLICATE_FIELD: input("the field is given twice, under two spellings", "keep one of the two"),
  E_DECODE_ONEOF: input("two fields that are mutually exclusive are given", "keep one of the two"),
  E_RULE_VIOLATED: input("a rule of the kind is broken", "correct the value as the message says"),
  E_NOT_APPLIED: input("the field is accepted by the format but has no effect", "remove it"),
  E_SECRET_URI: input("a secret URI cannot be resolved", "check the URI's scheme and that what it names exists"),
  E_REFERENCE_NOT_FOUND: input("the manifest that a reference names has no stack", "apply the other stack input first"),
  E_REFERENCE_OUTPUT: input(
    "the stack that a reference names has no such output",
    "correct field_path, or apply that stack again",
  ),
  E_REFERENCE_FORM: input("the reference is incomplete or not allowed here", "write kind, name and field_path"),
  E_ENVIRONMENT: input(
    "the environment is missing, unknown, or not one that the manifest is for",
    "pass --env with one of the workspace's environments",
  ),
  E_OVERLAY: input(
    "an overlay does not fit the manifest that it is for",
    "correct the overlay; it changes the manifest of the same kind and name",
  ),
  E_WORKSPACE: input("the manifests of a workspace do not fit together", "correct them as the message says"),
  E_REFERENCE_CYCLE: input("manifests refer to each other in a circle", "take one of the references shown out"),
  E_REFERENCE_SECRET: input(
    "a secret output is taken into a field that is no secret",
    "take another output, or give the value itself",
  ),
  E_USAGE: input("the command line is wrong", "see planton --help"),
  E_CATALOG: input(
    "the package of kinds that PLANTON_CATALOG names cannot be used",
    "correct the package, or unset PLANTON_CATALOG",
  ),
  E_PROJECT_RUNTIME: environment(
    2,
    "the folder holds a Pulumi project of something else",
    "move the stack input to a folder of its own, or pass --project-dir",
  ),
  E_PROJECT_INVALID: environment(2, "a project or stack settings file cannot be used", "correct the file named"),
  E_PROJECT_NAME: environment(
    2,
    "two files give the project different names",
    "make the names in planton.yaml and Pulumi.yaml equal",
  ),
  E_IDENTITY_CHANGED: environment(
    2,
    "the stack input is about another target than its stack",
    "pass --stack NAME to keep the stack, or --new-stack for a second one",
  ),
  E_IDENTITY_STACK_EXISTS: environment(
    2,
    "a stack of that name exists, but not its settings file",
    "pass --adopt-stack to take it over, or --stack NAME for another name",
  ),
  E_IDENTITY_STACK_MISSING: environment(
    2,
    "a settings file exists, but its stack is not in this backend",
    "check the login, or pass --new-stack to make the stack here",
  ),
  E_IDENTITY_ACCOUNT: environment(
    2,
    "the credentials belong to another account than the stack, or nothing shows that they belong to its own",
    "use the credentials of the recorded account",
  ),
  E_FILESYSTEM: environment(
    2,
    "a file or folder that planton needs cannot be used",
    "check that you may write to it and that the disk is not full",
  ),
  E_STACK_INPUT_MISSING: environment(
    2,
    "the stack has no stack input to run",
    "put the file back, or run planton pulumi with --stack-input",
  ),
  E_ACCOUNT_UNKNOWN: environment(
    3,
    "the vendor's account is not named, and the credentials see several or may list none",
    "name it: spec.account_id, provider_config.account_id or the vendor's environment variable",
  ),
  E_CREDENTIALS_MISSING: environment(
    3,
    "no credentials for the provider",
    "set the environment variable shown, or provider_config",
  ),
  E_CREDENTIALS_FILE: environment(
    3,
    "the credentials file cannot be used",
    "correct the file; it must be yours with mode 0600",
  ),
  E_CREDENTIALS_UNKNOWN: environment(3, "the credential id is not defined", "add it to credentials.yaml"),
  E_CREDENTIALS_MISMATCH: environment(
    3,
    "the environment's token is not the one the credential names",
    'run eval "$(planton env --stack-input FILE)"',
  ),
  E_CREDENTIALS_REFUSED: environment(
    3,
    "the vendor refuses the credentials, or they have a form that none has",
    "check that the token is valid and not expired",
  ),
  E_VENDOR: environment(4, "the vendor's API responded with an error", "see the vendor's message"),
  E_VENDOR_UNREACHABLE: environment(4, "the vendor's API does not respond", "check the network and the API address"),
  E_PROTECTED: environment(4, "data would be lost", "pass --allow-data-loss if that is what you want"),
  E_IN_USE: environment(4, "what is to be deleted is still used", "destroy what uses it first"),
  E_PLAN_CHANGED: environment(
    4,
    "a run would delete or replace what the plan did not name",
    "check the new plan; pass --allow-replacement if that is what you want",
  ),
  E_CONFIRMATION: environment(2, "the command asks before it changes anything, and there is no terminal", "pass --yes"),
  E_ENGINE_MISSING: environment(
    2,
    "the Pulumi CLI is not there and cannot be installed",
    "install Pulumi by hand; see planton engine",
  ),
  E_ENGINE_TOO_OLD: environment(2, "the Pulumi CLI is too old", "install a newer one, or run planton engine install"),
  E_ENGINE_DOWNLOAD: environment(
    2,
    "the Pulumi CLI cannot be downloaded",
    "check the network, or install Pulumi by hand",
  ),
  E_ENGINE_BUILD: environment(2, "the Pulumi CLI cannot be built", "see the log named, or install Pulumi by hand"),
  E_PLUGIN: environment(2, "a plugin cannot be installed", "see the message of pulumi"),
  E_LOCKED: environment(1, "another run holds the stack's lock", "wait for it, or see planton pulumi recover"),
  E_PENDING_OPERATIONS: environment(2, "the last run of the stack did not end cleanly", "run planton pulumi recover"),
  E_PULUMI: environment(1, "pulumi ended with an error", "correct what its message names, then run this again"),
  E_SANDBOX: environment(2, "the sandbox cannot do that", "see planton sandbox status"),
  E_SANDBOX_PORT: environment(
    2,
    "the sandbox's port is taken",
    "take any free port: planton sandbox start --port 0; or stop what listens there",
  ),
  E_INTERRUPTED: environment(8, "the command was interrupted", "run it again"),
  E_INTERNAL: {
    family: "bug",
    meaning: "planton has a bug",
    exitCode: 255,
    hint: "please report it with the command you ran",
  },
} as const satisfies Record<string, ErrorCodeFacts>;

/** A code of the closed set. */
export type ErrorCode = keyof typeof errorCodes;
