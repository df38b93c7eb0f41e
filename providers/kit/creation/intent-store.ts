import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { messageOf, PlantonError } from "../../../contract/planton-error.js";
import { writeFileWhole } from "../../../contract/write-file-whole.js";
import { asNonEmptyString, asNumber, asObject, asStrings } from "../../../http/json.js";
import type { Environment } from "../base/poll.js";

/** What was about to be created, written down before it was. Holds no secret. */
export interface Intent {
  readonly displayName: string;
  /** Ids of those of that name that were there before. */
  readonly knownBefore: readonly string[];
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
  /** Id of what came of it; undefined as long as the response is not known. */
  readonly id?: string;
  /** The engine was informed of it; whether it wrote it down is not known. */
  readonly answered?: true;
  /** What shows that a thing of that name holds what this stack has sent, in the plugin's own form; no secret. */
  readonly proofs?: readonly string[];
}

/** What an intent is about. */
export interface IntentSubject {
  readonly urn: string;
  /** Distinguishes stacks of equal names: the mark of the stack, or what a thing is part of, with the mark. */
  readonly owner: string | undefined;
}

/** The intents of one key. They outlive the process, and a crash of the machine. */
export interface IntentStore {
  /** Throws E_PENDING_OPERATIONS when there is one that cannot be read. */
  read(subject: IntentSubject): Intent | undefined;
  /** On the disk when it returns. Throws E_PENDING_OPERATIONS when it cannot be written. */
  write(subject: IntentSubject, intent: Intent): void;
  remove(subject: IntentSubject): void;
}

function parseIntent(text: string): Intent | undefined {
  const record = asObject(JSON.parse(text));
  const displayName = asNonEmptyString(record?.["displayName"]);
  const startedAtMs = asNumber(record?.["startedAtMs"]);
  if (record?.["version"] !== 1 || displayName === undefined || startedAtMs === undefined) return undefined;
  // Clusters were noted as clusterId at first.
  const id = asNonEmptyString(record["id"]) ?? asNonEmptyString(record["clusterId"]);
  return {
    ...{ displayName, startedAtMs, knownBefore: asStrings(record["knownBefore"]) },
    ...(id === undefined ? {} : { id }),
    ...(record["answered"] === true ? { answered: true } : {}),
    ...(record["proofs"] === undefined ? {} : { proofs: asStrings(record["proofs"]) }),
  };
}

/** Folder of the intents of all vendors: that of planton's home. */
export function intentFolder(env: Environment): string {
  const home = env["PLANTON_HOME"] || join(env["HOME"] || userInfo().homedir, ".planton");
  return join(home, "intents");
}

/** Keeps intents in files of mode 0600 in a folder; `account` distinguishes keys and API addresses of a vendor. */
export function createIntentStore(
  folder: string,
  { vendor, account }: { readonly vendor: string; readonly account: string },
): IntentStore {
  const pathOf = ({ urn, owner = "" }: IntentSubject): string => {
    const hash = createHash("sha256").update([account, urn, owner].join("\0")).digest("hex").slice(0, 32);
    return join(folder, `${vendor}-${hash}.json`);
  };
  return {
    read(subject) {
      const path = pathOf(subject);
      try {
        const intent = parseIntent(readFileSync(path, "utf8"));
        if (intent !== undefined) return intent;
        throw new Error("it is of another version");
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
        throw new PlantonError({
          code: "E_PENDING_OPERATIONS",
          message: `the record of an unfinished creation "${path}" cannot be read: ${messageOf(error)}`,
          hint: "look in the vendor's console whether it is there, then remove the file",
        });
      }
    },
    write(subject, intent) {
      const path = pathOf(subject);
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        writeFileWhole(path, `${JSON.stringify({ version: 1, ...subject, ...intent })}\n`, { mode: 0o600 });
      } catch (error) {
        throw new PlantonError({
          code: "E_PENDING_OPERATIONS",
          message: `the record "${path}" cannot be written, and nothing is created without it: ${messageOf(error)}`,
          hint: "make the folder writable, or set PLANTON_HOME to another one",
        });
      }
    },
    remove: (subject) => rmSync(pathOf(subject), { force: true }),
  };
}
