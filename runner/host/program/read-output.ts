import type { Output } from "@pulumi/pulumi";

/** What an Output resolves to; `isKnown` is false in a preview for what only the vendor knows. */
interface ReadOutput<T> {
  readonly isKnown: boolean;
  readonly value: T | undefined;
}

/** Waits for an Output, as the SDK's own serialisation does. Rejects when what it depends on failed. */
export async function readOutput<T>(output: Output<T>): Promise<ReadOutput<T>> {
  // Both are marked internal in the SDK, so its types leave them out.
  const { isKnown, promise } = output as unknown as {
    readonly isKnown: Promise<boolean>;
    promise(): Promise<T | undefined>;
  };
  return { isKnown: await isKnown, value: await promise.call(output) };
}
