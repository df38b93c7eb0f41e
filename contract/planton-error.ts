import { type ErrorCode, errorCodes } from "./error-codes.js";

/** A place in a file: both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One finding about the user's input. Never holds a secret. */
export interface Problem {
  readonly code: ErrorCode;
  readonly severity: "error" | "warning";
  /** File as the user named it, `-` for standard input; absent when the finding is about no file. */
  readonly file?: string;
  readonly position?: Position;
  /** Path from the top of the document, as written there: `target.spec.node_count`. */
  readonly path?: string;
  /** Lower case, values in quotes, says what was expected. */
  readonly message: string;
  /** Id of the rule that was broken, for E_RULE_VIOLATED. */
  readonly rule?: string;
  readonly hint?: string;
}

/** What a {@link PlantonError} is made of. */
export interface PlantonErrorInit {
  readonly code: ErrorCode;
  readonly message: string;
  /** What to do; default: the code's own hint. */
  readonly hint?: string;
  /** Findings, when there are several or when they have places. */
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
}

/** The one error class. `message` is for people and holds no secret; `hint` says what to do next. */
export class PlantonError extends Error {
  override readonly name = "PlantonError";
  readonly code: ErrorCode;
  readonly hint: string;
  readonly problems: readonly Problem[];

  constructor(init: PlantonErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = init.code;
    this.hint = init.hint ?? errorCodes[init.code].hint;
    this.problems = init.problems ?? [];
  }

  /** Exit code of a command that ends with this error. */
  get exitCode(): number {
    return errorCodes[this.code].exitCode;
  }
}

/** True for a {@link PlantonError}, also one of another copy of this file. */
export function isPlantonError(value: unknown): value is PlantonError {
  return value instanceof Error && value.name === "PlantonError" && "code" in value;
}

/** What an error of any kind says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The problems of an error: its own list, or itself as one problem. */
export function problemsOf(error: PlantonError): readonly Problem[] {
  if (error.problems.length > 0) return error.problems;
  return [{ code: error.code, severity: "error", message: error.message, hint: error.hint }];
}
