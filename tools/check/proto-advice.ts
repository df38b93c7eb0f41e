import type { DescField, DescMessage } from "@bufbuild/protobuf";

/**
 * What a check says about a message or field that breaks a rule, with the proto file: `field "password" of
 * DigitalOceanDatabaseUserSpec looks like a secret: give it the option "secret", in apis/proto/planton/...`.
 */
export function protoAdvice(subject: DescMessage | DescField, wrong: string, cure: string): string {
  const isField = subject.kind === "field";
  const name = isField ? `field "${subject.name}" of ${subject.parent.name}` : `message ${subject.name}`;
  return `${name} ${wrong}: ${cure}, in apis/proto/${(isField ? subject.parent : subject).file.name}.proto`;
}
