import type { CheckFailure } from "./check-properties.js";
import { providerPb } from "./protocol.js";

/** The messages of the failures of a check. */
export function failureMessages(failures: readonly CheckFailure[]): InstanceType<typeof providerPb.CheckFailure>[] {
  return failures.map(({ property, reason }) => {
    const message = new providerPb.CheckFailure();
    message.setProperty(property);
    message.setReason(reason);
    return message;
  });
}
