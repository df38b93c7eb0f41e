import type { HttpResponse } from "./http-message.js";

/** What the message of an error response says beside request and status. */
interface ErrorFacts {
  /** The vendor's words; may be empty. */
  readonly text: string;
  /** Such as the id of the request, for the vendor's support. */
  readonly details?: readonly string[];
}

/** The message of an error response: `POST https://host/path: 403 (request "r-1") what the vendor says`. */
export function errorMessage({ method, url, status }: HttpResponse, { text, details = [] }: ErrorFacts): string {
  const shown = details.length === 0 ? "" : ` (${details.join("; ")})`;
  return `${method} ${url}: ${status}${shown} ${text}`.trimEnd();
}

/** What an {@link errorPattern} matches: any one of these is enough. */
interface ErrorFeatures {
  readonly status?: number;
  /** Found in what follows the status on its line; letters of both cases are the same. */
  readonly text?: RegExp;
  /** Found anywhere: words that nothing else has. */
  readonly anywhere?: RegExp;
}

/**
 * Matches an {@link errorMessage}, and nothing else with the same words: a file that may not be written, a name, a stack
 * that is not found.
 */
export function errorPattern({ status, text, anywhere }: ErrorFeatures): RegExp {
  const ends = [
    ...(status === undefined ? [] : [`${status}\\b`]),
    ...(text === undefined ? [] : [`\\d{3}\\b.*(?:${text.source})`]),
  ];
  const message = `\\b(?:GET|POST|PUT|PATCH|DELETE) \\S+: (?:${ends.join("|")})`;
  return new RegExp(anywhere === undefined ? message : `${message}|${anywhere.source}`, "i");
}
