import { createHash } from "node:crypto";

/** One part of a form. */
export interface FormPart {
  readonly name: string;
  /** Default: none, a plain field. */
  readonly filename?: string;
  /** Default: none. */
  readonly contentType?: string;
  readonly content: string | Uint8Array;
}

/** A body of the type multipart/form-data, and its content type. */
export interface Multipart {
  readonly body: Buffer;
  readonly contentType: string;
}

/**
 * A form as browsers send it (RFC 7578). Its boundary follows from its content: the same form gives the same bytes, and no
 * content holds its own digest.
 */
export function encodeMultipart(parts: readonly FormPart[]): Multipart {
  const digest = createHash("sha256");
  for (const { name, content } of parts) digest.update(name).update("\0").update(content).update("\0");
  const boundary = `----planton${digest.digest("hex").slice(0, 32)}`;
  const chunks = parts.flatMap(({ name, filename, contentType, content }) => [
    Buffer.from(
      [
        `--${boundary}`,
        `content-disposition: form-data; name=${quoted(name)}${filename === undefined ? "" : `; filename=${quoted(filename)}`}`,
        ...(contentType === undefined ? [] : [`content-type: ${contentType}`]),
        "",
        "",
      ].join("\r\n"),
    ),
    typeof content === "string" ? Buffer.from(content) : content,
    Buffer.from("\r\n"),
  ]);
  return {
    body: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]),
    contentType: `multipart/form-data; boundary=${boundary}`,
  };
}

/** A name between quotes; what would end it is escaped as WHATWG has it. */
function quoted(name: string): string {
  return `"${name.replace(/"/g, "%22").replace(/\r/g, "%0D").replace(/\n/g, "%0A")}"`;
}
