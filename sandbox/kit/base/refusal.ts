/** Values of a response's headers; a list becomes several headers of that name. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[]>>;

/** What a refusal may carry beside status and text. */
export interface RefusalDetails {
  /** The body, when the vendor's form of an error does not follow from the status. */
  readonly body?: unknown;
  readonly headers?: ResponseHeaders;
}

/**
 * A response other than success that a vendor's handler gives by throwing it: what the handler changed is undone.
 * It is part of the imitated vendor, not a failure of planton, hence no PlantonError.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";

  /** `message` is the vendor's own text. */
  constructor(
    readonly status: number,
    message: string,
    readonly details: RefusalDetails = {},
  ) {
    super(message);
  }
}
