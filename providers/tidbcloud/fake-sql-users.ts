import type { Json } from "./fake-database.js";

/** A user as the fake keeps it. */
export interface FakeSqlUser extends Json {
  /** With the prefix. */
  readonly userName: string;
  builtinRole: string;
  customRoles: readonly string[];
  password: string;
}

interface Kept {
  readonly sqlUsers: Map<string, FakeSqlUser>;
  goneStatus: number;
}

function refusal(code: number, error: string): [number, Json] {
  return [code, { code: String(code), error, msgPrefix: "iam", status: code }];
}

/** The routes below `/clusters/{clusterId}/sqlUsers` of the IAM API; `rest` are the further parts of the path. */
export function fakeSqlUserRoutes(kept: Kept) {
  const told = ({ password: _password, ...user }: FakeSqlUser): Json => ({
    ...user,
    authMethod: "mysql_native_password",
  });
  const full = (text: string, prefix: string): string => `${prefix}.${text}`;

  const create = (body: Json, prefix: string): [number, Json] => {
    if (body["autoPrefix"] !== true) return refusal(400, "the prefix is missing");
    const userName = full(String(body["userName"]), prefix);
    if (kept.sqlUsers.has(userName)) return refusal(409, `${userName} is there`);
    const role = String(body["builtinRole"] ?? "");
    const user = {
      userName,
      builtinRole: role === "" || role === "role_admin" ? role : full(role, prefix),
      customRoles: (body["customRoles"] as string[] | undefined) ?? [],
      password: String(body["password"]),
    };
    kept.sqlUsers.set(userName, user);
    return [200, told(user)];
  };

  return (
    { method, body = {} }: { readonly method: string; readonly body?: Json | undefined },
    prefix: string,
    [name]: readonly string[],
  ): [number, unknown] => {
    if (name === undefined && method === "POST") return create(body, prefix);
    if (name === undefined) return [200, { sqlUsers: [...kept.sqlUsers.values()].map(told) }];
    const user = kept.sqlUsers.get(name);
    if (user === undefined) return refusal(kept.goneStatus, `SQL user ${name} not found`);
    if (method === "DELETE") {
      kept.sqlUsers.delete(name);
      return [200, { code: 200, message: "success" }];
    }
    if (method === "PATCH") {
      const role = body["builtinRole"];
      if (role === "role_readonly" || role === "role_readwrite") return refusal(400, "the role lacks its prefix");
      Object.assign(user, body);
    }
    return [200, told(user)];
  };
}
