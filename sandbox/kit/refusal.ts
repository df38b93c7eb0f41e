/**
 * An answer other than success that a vendor's handler gives by throwing it: what the handler changed is undone.
 * It is part of the imitated vendor, not a failure of planton, hence no PlantonError.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";

  /** `message` is the vendor's own text. */
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
