import { Refusal } from "./refusal.js";

/** One part of a form that came in. */
export interface FormField {
  readonly name: string;
  /** "" for a plain field. */
  readonly filename: string;
  /** "" when the part says none. */
  readonly contentType: string;
  readonly bytes: Buffer;
}

interface FormRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

/** True for a request with a body of the type multipart/form-data. */
export function isForm({ headers }: Pick<FormRequest, "headers">): boolean {
  return /^multipart\/form-data\b/i.test(headers["content-type"] ?? "");
}

/** The parts of a form (RFC 7578), in their order. Throws a Refusal, 400, when the body is none. */
export function readForm({ headers, bytes }: FormRequest): readonly FormField[] {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(headers["content-type"] ?? "") ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw new Refusal(400, "the form has no boundary");
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // The first boundary has no line before it.
  const body = Buffer.concat([Buffer.from("\r\n"), bytes]);
  const fields: FormField[] = [];
  let start = body.indexOf(delimiter);
  for (;;) {
    const end = start < 0 ? -1 : body.indexOf(delimiter, start + delimiter.length);
    if (start >= 0 && body.subarray(start + delimiter.length, start + delimiter.length + 2).toString() === "--")
      return fields;
    if (end < 0) throw new Refusal(400, "the form is cut off");
    fields.push(readField(body.subarray(start + delimiter.length, end)));
    start = end;
  }
}

function readField(part: Buffer): FormField {
  const split = part.indexOf("\r\n\r\n");
  if (split < 0) throw new Refusal(400, "a part of the form has no headers");
  const lines = part.subarray(0, split).toString("utf8").split("\r\n");
  const header = (name: string): string =>
    lines.find((line) => line.toLowerCase().startsWith(`${name}:`))?.slice(name.length + 1) ?? "";
  const disposition = header("content-disposition");
  const parameter = (name: string): string =>
    (new RegExp(`;\\s*${name}="([^"]*)"`, "i").exec(disposition)?.[1] ?? "").replace(/%22/g, '"');
  return {
    name: parameter("name"),
    filename: parameter("filename"),
    contentType: header("content-type").trim(),
    bytes: part.subarray(split + 4),
  };
}
