import { isPlantonError, PlantonError } from "../../../contract/planton-error.js";

/** Runs a step; an error says which one failed, as the vendor's plugin does: `error creating vpc: POST ...`. */
export async function namedStep<Result>(doing: string, step: () => Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    if (!isPlantonError(error)) throw error;
    const { code, message, hint } = error;
    throw new PlantonError({ code, message: `error ${doing}: ${message}`, hint, cause: error });
  }
}
