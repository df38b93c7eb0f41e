import type { DescFile, DescMessage } from "@bufbuild/protobuf";
import { fileDesc } from "@bufbuild/protobuf/codegenv2";
import type { KindEntry, KindFacts, ProviderEntry, ProviderFacts } from "./catalog.js";
import { PlantonError } from "./planton-error.js";

/**
 * A kind whose descriptors are asked for when one of them is first read: making them takes time, and a command seldom
 * needs those of more than one kind. Reading throws E_INTERNAL when the file lacks the message.
 */
export function kindEntry(facts: KindFacts, file: () => DescFile): KindEntry {
  const message = (suffix: string): DescMessage => messageOf(file(), `${facts.kind}${suffix}`);
  return {
    ...facts,
    get manifest() {
      return message("");
    },
    get spec() {
      return message("Spec");
    },
    get stackInput() {
      return message("StackInput");
    },
    get stackOutputs() {
      return message("StackOutputs");
    },
  };
}

/** A provider whose descriptors are asked for as those of {@link kindEntry} are. */
export function providerEntry(facts: ProviderFacts, file: () => DescFile): ProviderEntry {
  return {
    ...facts,
    get config() {
      return messageOf(file(), facts.configMessage);
    },
  };
}

/**
 * Gives the descriptors of a proto file, which the first call makes as generated code makes them at once: from the file's
 * definition in base64 and the files that it imports.
 */
export function descriptorFile(base64: string, imports: () => readonly DescFile[]): () => DescFile {
  let made: DescFile | undefined;
  return () => {
    made ??= fileDesc(base64, [...imports()]);
    return made;
  };
}

function messageOf(file: DescFile, name: string): DescMessage {
  const found = file.messages.find((message) => message.name === name);
  if (found === undefined) {
    throw new PlantonError({ code: "E_INTERNAL", message: `"${file.name}.proto" has no message "${name}"` });
  }
  return found;
}
