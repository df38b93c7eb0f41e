/** What an {@link answerPattern} matches: any one of these is enough. */
export interface AnswerFeatures {
  readonly status?: number;
  /** Found in what follows the status on its line; letters of both cases are the same. */
  readonly text?: RegExp;
  /** Found anywhere: a text that nothing else has. */
  readonly anywhere?: RegExp;
}

/**
 * Matches a vendor's answer as clients tell it, `POST https://host/path: 403 what the vendor says` or `GET /path with status
 * 403: "..."`, and no other text with the same words: a file that may not be written, a name, a stack that is not found.
 */
export function answerPattern({ status, text, anywhere }: AnswerFeatures): RegExp {
  const ends = [
    ...(status === undefined ? [] : [`${status}\\b`]),
    ...(text === undefined ? [] : [`\\d{3}\\b.*(?:${text.source})`]),
  ];
  const answer = `\\b(?:GET|POST|PUT|PATCH|DELETE) \\S+(?::| with status) (?:${ends.join("|")})`;
  return new RegExp(anywhere === undefined ? answer : `${answer}|${anywhere.source}`, "i");
}
