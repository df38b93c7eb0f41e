import type { Request } from "../account-request.js";
import type { DatabaseUser } from "../state.js";

/** What {@link newUser} needs. */
export interface UserInit {
  readonly engine: string;
  readonly name: string;
  readonly role: DatabaseUser["role"];
  readonly authPlugin?: string;
  readonly settings?: unknown;
}

/** A user with a new random password, and for Kafka a certificate and key of random content. */
export function newUser(request: Request, init: UserInit): DatabaseUser {
  const { engine, name, role, settings } = init;
  const isMysql = engine === "mysql" || engine === "advanced_mysql";
  return {
    name,
    role,
    password: newPassword(request),
    ...(isMysql ? { authPlugin: init.authPlugin ?? "caching_sha2_password" } : {}),
    ...(engine === "kafka" && role === "normal"
      ? { accessCert: pem(request, "CERTIFICATE"), accessKey: pem(request, "PRIVATE KEY") }
      : {}),
    ...(settings === undefined ? {} : { settings }),
  };
}

/** A random password of the form that DigitalOcean uses. */
export function newPassword(request: Request): string {
  return `AVNS_${request.randomText(19)}`;
}

function pem(request: Request, label: string): string {
  return `-----BEGIN ${label}-----\n${request.randomText(64)}\n-----END ${label}-----\n`;
}
