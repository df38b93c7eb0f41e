import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { AnswerHeaders } from "../base/refusal.js";
import type { Answer } from "../vendor/sandbox-vendor.js";

/** Sends an answer. */
export function sendAnswer(response: ServerResponse, answer: Answer): void {
  const text = textOf(answer);
  response.writeHead(answer.status, headersOf(answer, text));
  if (text === undefined) response.end();
  else response.end(text);
}

/** Sends the head and half of the body, then drops the connection. */
export function dropInAnswer(response: ServerResponse, answer: Answer): void {
  const text = textOf(answer) ?? "";
  response.writeHead(answer.status, headersOf(answer, text));
  response.write(text.slice(0, Math.floor(text.length / 2)), () => response.destroy());
}

function textOf(answer: Answer): string | undefined {
  return answer.text ?? (answer.body === undefined ? undefined : JSON.stringify(answer.body));
}

function headersOf(answer: Answer, text: string | undefined): OutgoingHttpHeaders {
  const given = plainHeaders(answer.headers ?? {});
  if (text === undefined) return given;
  return {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    ...given,
  };
}

function plainHeaders(headers: AnswerHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === "string" ? value : [...value]]),
  );
}
