import type { CheckFailure } from "../kit/schema/check-properties.js";
import { ownerInput } from "../kit/schema/owner-input.js";
import type {
  Comparison,
  PartialValuesOf,
  PropertyDeclarations,
  ValuesOf,
} from "../kit/schema/property-declaration.js";
import { oneOf, type PropertyRule } from "../kit/schema/property-rules.js";
import { set, string } from "../kit/schema/property-types.js";
import { isEmpty, type PropertyMap } from "../kit/schema/property-value.js";
import { passwordLengthRule } from "./cluster-checks.js";
import { clusterIdInput } from "./database-properties.js";
import { keptPassword } from "./root-password.js";

/** The one way to prove a password that the API offers (iam.swagger.json of tidbcloud-cli 19aea6a, 2026-05). */
export const defaultAuthMethod = "mysql_native_password";

const nameRule: PropertyRule = (value) => {
  if (value === "root") return "the root user belongs to the cluster; give its password there";
  const isName = /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$/.test(String(value));
  return isName ? undefined : `expected 1 to 64 letters, digits, _, - and dots, got "${String(value)}"`;
};

/** Inputs of `tidbcloud.SqlUser`. Limits: iam.swagger.json of tidbcloud-cli 19aea6a (2026-05). */
export const sqlUserInputs = {
  clusterId: { ...clusterIdInput, description: "Cluster that the user is in. Another one replaces the user." },
  userName: {
    type: string,
    required: true,
    replace: true,
    description: "Name without the cluster's prefix; the vendor puts it before. Another one replaces the user.",
    check: nameRule,
  },
  password: {
    type: string,
    secret: true,
    computed: true,
    writeOnly: true,
    description: "Password, 8 to 64 characters. Default: one is made and kept; of an imported user it is not known.",
    check: passwordLengthRule,
    generate: (source) => keptPassword(source, "password"),
  },
  authMethod: {
    type: string,
    computed: true,
    replace: true,
    description: `How the password is proved. Default, and all there is: "${defaultAuthMethod}".`,
    check: oneOf([defaultAuthMethod]),
  },
  builtinRole: {
    type: string,
    computed: true,
    description: "role_admin, role_readonly or role_readwrite. It can be changed and not taken away.",
    check: oneOf(["role_admin", "role_readonly", "role_readwrite"]),
  },
  customRoles: {
    type: set(string, String),
    description: "Roles that were made by SQL. Either these or builtinRole have to be given.",
  },
  owner: ownerInput,
} as const satisfies PropertyDeclarations;

/** Outputs of `tidbcloud.SqlUser`. */
export const sqlUserOutputs = {
  fullUserName: { type: string, required: true, description: 'Name to connect with: "<userPrefix>.<userName>".' },
} as const satisfies PropertyDeclarations;

/** Checked inputs of a user. */
export type SqlUserInputs = ValuesOf<typeof sqlUserInputs>;

/** State of a user, which may be partial. */
export type SqlUserState = PartialValuesOf<typeof sqlUserInputs & typeof sqlUserOutputs>;

/** A user without a role may do nothing, and the API makes none. */
export function checkSqlUser(inputs: PropertyMap): readonly CheckFailure[] {
  const { builtinRole, customRoles } = inputs;
  if (builtinRole !== undefined || !isEmpty(customRoles)) return [];
  return [{ property: "builtinRole", reason: "expected a builtinRole or customRoles, got neither" }];
}

/** The API has no way to take a built-in role away (update.go of tidbcloud-cli's sqluser, 2024). */
export function roleRemoval({ inputs, oldInputs }: Comparison): readonly CheckFailure[] {
  if (oldInputs?.["builtinRole"] === undefined || inputs["builtinRole"] !== undefined) return [];
  const reason = "a builtinRole can be changed and not taken away; give another one, or make another user";
  return [{ property: "builtinRole", reason }];
}
